using Engine.Silo.CommandLine;
using Engine.Silo.Hosting;

namespace Engine.Silo.Client;

/// <summary>Which engine to talk to, and as whom.</summary>
/// <param name="Target">Where the engine listens.</param>
/// <param name="Key">The API key.</param>
internal sealed record ClientArguments(Uri Target, string Key)
{
    public static readonly IReadOnlySet<string> Switches = new HashSet<string>();

    /// <summary>From options, then the environment, then the file that a first start wrote.</summary>
    /// <param name="faults">What is wrong; empty when the result is good.</param>
    public static ClientArguments? Read(ArgumentList arguments, out IReadOnlyList<string> faults)
    {
        var found = new List<string>(arguments.Faults);
        found.AddRange(
            from option in arguments.Options
            where option.Key is not ("target" or "key" or "key-file")
            select $"--{option.Key} is not an option of {arguments.Command}; see engine --help");

        var targetText = arguments.Option("target") ?? Variable("ENGINE_TARGET") ?? "http://127.0.0.1:5050";
        if (!targetText.Contains("://", StringComparison.Ordinal))
            targetText = $"http://{targetText}";
        if (!Uri.TryCreate(targetText, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
            found.Add("--target must be HOST:PORT or a URL such as http://127.0.0.1:5050");

        var key = ReadKey(arguments, found);
        faults = found;
        return found.Count == 0 ? new ClientArguments(target!, key) : null;
    }

    private static string ReadKey(ArgumentList arguments, List<string> faults)
    {
        if (arguments.Option("key") is { } given)
            return given;
        if (arguments.Option("key-file") is null && Variable("ENGINE_KEY") is { } variable)
            return variable;

        var file = arguments.Option("key-file")
            ?? Path.Combine(Variable("ENGINE_DATA_DIR") ?? "engine-data", FirstStart.AdminKeyFileName);
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"no key: {file} cannot be read. Give --key-file FILE, or set ENGINE_KEY");
            return "";
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
