namespace Engine.Silo.CommandLine;

/// <summary>A command line taken apart: a command, options with their values, and what stands alone.</summary>
/// <param name="Command">The first word that is not an option; empty when there is none.</param>
/// <param name="Options">Without the leading dashes, in order; a switch has an empty value.</param>
/// <param name="Words">What follows the command and belongs to no option.</param>
/// <param name="Faults">Options that lack their value.</param>
internal sealed record ArgumentList(
    string Command,
    IReadOnlyList<KeyValuePair<string, string>> Options,
    IReadOnlyList<string> Words,
    IReadOnlyList<string> Faults)
{
    /// <summary>Takes <c>--name value</c>, <c>--name=value</c> and switches.</summary>
    /// <param name="switches">Names of the options that take no value.</param>
    public static ArgumentList Parse(IReadOnlyList<string> arguments, IReadOnlySet<string> switches)
    {
        var command = "";
        var options = new List<KeyValuePair<string, string>>();
        var words = new List<string>();
        var faults = new List<string>();
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith('-') || argument == "-")
            {
                if (command.Length == 0)
                    command = argument;
                else
                    words.Add(argument);
                continue;
            }

            var name = argument.TrimStart('-');
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
                options.Add(new(name[..equals], name[(equals + 1)..]));
            else if (switches.Contains(name))
                options.Add(new(name, ""));
            else if (index + 1 < arguments.Count && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
                options.Add(new(name, arguments[++index]));
            else
                faults.Add($"{argument} needs a value");
        }

        return new ArgumentList(command, options, words, faults);
    }

    /// <summary>The last value given for an option, or null.</summary>
    public string? Option(string name) =>
        Options.LastOrDefault(option => option.Key == name) is { Key: not null } option ? option.Value : null;

    /// <summary>Whether a switch was given.</summary>
    public bool Has(string name) => Options.Any(option => option.Key == name);
}
