using System.Globalization;

namespace Engine.LoadTests.CommandLine;

/// <summary>The options given to a command: <c>--name value</c>, <c>--name=value</c> or a bare flag.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private Arguments()
    {
    }

    public bool HelpWanted { get; private set; }

    /// <exception cref="UsageException">An option is unknown, given twice, or without its value.</exception>
    public static Arguments Parse(IReadOnlyList<string> words, IReadOnlyList<OptionSpec> specs)
    {
        var arguments = new Arguments();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word is "--help" or "-h" or "-?")
            {
                arguments.HelpWanted = true;
                continue;
            }

            if (!word.StartsWith("--", StringComparison.Ordinal))
                throw new UsageException($"Unexpected '{word}': values belong after an option.");
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            var spec = specs.FirstOrDefault(s => s.Name == name)
                ?? throw new UsageException($"Unknown option '{name}'.");
            var value = equals < 0 ? null : word[(equals + 1)..];
            if (spec.Value is null && value is not null)
                throw new UsageException($"Option '{name}' takes no value.");
            if (spec.Value is not null && value is null)
            {
                if (i + 1 == words.Count || words[i + 1].StartsWith("--", StringComparison.Ordinal))
                    throw new UsageException($"Option '{name}' needs a value: {name} {spec.Value}.");
                value = words[++i];
            }

            if (spec.Value is not null && string.IsNullOrWhiteSpace(value))
                throw new UsageException($"Option '{name}' has an empty value.");
            if (!arguments._values.TryAdd(name, value ?? ""))
                throw new UsageException($"Option '{name}' is given twice.");
        }

        return arguments;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <exception cref="UsageException">It is not given.</exception>
    public string RequiredText(string name) =>
        Text(name) ?? throw new UsageException($"Option '{name}' is required.");

    /// <exception cref="UsageException">It is no whole number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public int Number(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text) return otherwise;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            || value < min || value > max)
            throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"Option '{name}' must be a whole number from {min} to {max}, not '{text}'."));
        return value;
    }

    /// <exception cref="UsageException">An option was given together with one that excludes it.</exception>
    public void RefuseTogether(string name, string other)
    {
        if (Has(name) && Has(other)) throw new UsageException($"Options '{name}' and '{other}' exclude each other.");
    }
}
