using Engine.Silo.CommandLine;
using Engine.Silo.Hosting;

namespace Engine.Silo.Client;

/// <summary>Which engine to talk to, and as whom.</summary>
/// <param name="Target">Where the engine listens.</param>
/// <param name="Key">The API key; empty when there is none and the command can do without.</param>
/// <param name="OperatorKey">The key of ClusterService; empty when there is none.</param>
internal sealed record ClientArguments(Uri Target, string Key, string OperatorKey)
{
    public static readonly IReadOnlySet<string> Switches = new HashSet<string>();

    /// <summary>From options, then the environment, then the file that a first start wrote.</summary>
    /// <param name="faults">What is wrong; empty when the result is good.</param>
    /// <param name="needs">Which keys the command cannot do without.</param>
    public static ClientArguments? Read(ArgumentList arguments, ClientKeys needs, out IReadOnlyList<string> faults)
    {
        var found = new List<string>(arguments.Faults);
        found.AddRange(
            from option in arguments.Options
            where option.Key is not ("target" or "key" or "key-file" or "operator-key-file")
            select $"--{option.Key} is not an option of {arguments.Command}; see engine --help");

        var targetText = arguments.Option("target") ?? Variable("ENGINE_TARGET") ?? "http://127.0.0.1:5050";
        if (!targetText.Contains("://", StringComparison.Ordinal))
            targetText = $"http://{targetText}";
        if (!Uri.TryCreate(targetText, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
            found.Add("--target must be HOST:PORT or a URL such as http://127.0.0.1:5050");

        var keyFaults = new List<string>();
        var key = ReadKey(arguments, arguments.Option("key"), "key-file", "ENGINE_KEY", FirstStart.AdminKeyFileName, keyFaults);
        var operatorFaults = new List<string>();
        var operatorKey = ReadKey(
            arguments, null, "operator-key-file", "ENGINE_OPERATOR_KEY", Hosting.OperatorKey.FileName, operatorFaults);
        found.AddRange(needs switch
        {
            ClientKeys.Workspace => keyFaults,
            ClientKeys.Operator => operatorFaults,
            // One of the two will do; a file that was named and cannot be read is a fault all the same.
            _ => key.Length > 0 || operatorKey.Length > 0
                ? [.. arguments.Option("key-file") is null ? [] : keyFaults, .. arguments.Option("operator-key-file") is null ? [] : operatorFaults]
                : keyFaults,
        });
        faults = found;
        return found.Count == 0 ? new ClientArguments(target!, key, operatorKey) : null;
    }

    private static string ReadKey(
        ArgumentList arguments, string? given, string option, string variable, string fileName, List<string> faults)
    {
        if (given is not null)
            return given;
        if (arguments.Option(option) is null && Variable(variable) is { } text)
            return text;

        var file = arguments.Option(option) ?? Path.Combine(Variable("ENGINE_DATA_DIR") ?? "engine-data", fileName);
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"no key: {file} cannot be read. Give --{option} FILE, or set {variable}");
            return "";
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
