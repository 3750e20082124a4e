using Engine.LoadTests.Processes;
using Grpc.Core;

namespace Engine.LoadTests.CommandLine;

/// <summary>Finds the command, prints help, and turns what goes wrong into a message and an exit code.</summary>
internal sealed class CommandLineApp(IReadOnlyList<Command> commands, TextWriter output, TextWriter error)
{
    private const string Program = "load-tests";

    public async Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words.Count == 0)
        {
            await error.WriteLineAsync($"No command given.{Environment.NewLine}");
            WriteOverview(error);
            return ExitCode.Usage;
        }

        if (words[0] is "--help" or "-h" or "-?" or "help")
        {
            WriteOverview(output);
            return ExitCode.Success;
        }

        var command = commands
            .Where(c => Matches(c, words))
            .MaxBy(c => c.Name.Length);
        if (command is null)
        {
            await error.WriteLineAsync($"Unknown command '{words[0]}'. '{Program} --help' lists the commands.");
            return ExitCode.Usage;
        }

        try
        {
            var arguments = Arguments.Parse([.. words.Skip(command.Name.Split(' ').Length)], command.Options);
            if (!arguments.HelpWanted) return await command.RunAsync(arguments, cancellationToken);
            WriteHelp(command);
            return ExitCode.Success;
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"{e.Message}{Environment.NewLine}'{Program} {command.Name} --help' tells more.");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (RpcException e)
        {
            await error.WriteLineAsync($"The engine answered {e.StatusCode}: {e.Status.Detail}");
            return ExitCode.Failed;
        }
        catch (EngineFailedException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }

    private static bool Matches(Command command, IReadOnlyList<string> words)
    {
        var parts = command.Name.Split(' ');
        return words.Count >= parts.Length && parts.SequenceEqual(words.Take(parts.Length), StringComparer.Ordinal);
    }

    private void WriteOverview(TextWriter writer)
    {
        writer.WriteLine($"Usage: {Program} COMMAND [OPTIONS]{Environment.NewLine}");
        writer.WriteLine("Plays customers and agents against an engine, checks what it kept, and measures how fast it is.");
        writer.WriteLine();
        var listed = commands.Where(c => c.Summary is not null).ToList();
        var width = listed.Max(c => c.Name.Length) + 2;
        foreach (var command in listed) writer.WriteLine($"  {command.Name.PadRight(width)}{command.Summary}");
        writer.WriteLine();
        writer.WriteLine($"'{Program} COMMAND --help' tells a command's options. Exit codes: 0 well, 1 a check failed,");
        writer.WriteLine("2 wrong command line or input, 3 could not run, 130 interrupted.");
    }

    private void WriteHelp(Command command)
    {
        output.WriteLine($"Usage: {Program} {command.Name} [OPTIONS]{Environment.NewLine}");
        output.WriteLine(command.Details.TrimEnd());
        output.WriteLine();
        static string Left(OptionSpec o) => o.Value is null ? o.Name : $"{o.Name} {o.Value}";
        var width = command.Options.Select(o => Left(o).Length).Append("--help".Length).Max() + 2;
        foreach (var option in command.Options) output.WriteLine($"  {Left(option).PadRight(width)}{option.Help}");
        output.WriteLine($"  {"--help".PadRight(width)}This text.");
    }
}
