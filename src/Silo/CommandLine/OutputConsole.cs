using Spectre.Console;

namespace Engine.Silo.CommandLine;

/// <summary>Where commands print tables: coloured and as wide as the terminal, or plain when there is none.</summary>
internal static class OutputConsole
{
    private const int PlainWidth = 160;

    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings());
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No,
        });
        console.Profile.Width = PlainWidth;
        return console;
    }
}
