using Spectre.Console;

namespace Engine.Silo.CommandLine;

/// <summary>Where commands print tables: coloured and as wide as the terminal, or plain when there is none.</summary>
internal static class OutputConsole
{
    private const int PlainWidth = 120;

    public static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
