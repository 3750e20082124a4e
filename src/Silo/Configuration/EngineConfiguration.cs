using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Engine.Grains.Keys;

namespace Engine.Silo.Configuration;

/// <summary>
/// Reads the options from file, environment and arguments. An operator who has made three mistakes should hear of three at
/// once, each with the place where it stands; so nothing here stops at the first, and names that nobody knows are mistakes
/// too: a misspelt setting would otherwise be one that silently has no effect.
/// </summary>
internal static class EngineConfiguration
{
    public const string FileName = "engine.json";

    /// <summary>The options, or everything that is wrong with them.</summary>
    /// <param name="arguments">Name (without dashes) and value of each argument; a switch has an empty value.</param>
    public static EngineConfigurationResult Read(
        IReadOnlyList<KeyValuePair<string, string>> arguments, IDictionary environment)
    {
        var options = new EngineOptions();
        var faults = new List<string>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);

        void Apply(SettingSources source, Func<Setting, string> nameIn, IEnumerable<(Setting Setting, string Text)> values)
        {
            foreach (var (setting, text) in values)
            {
                var origin = nameIn(setting);
                if (!setting.Sources.HasFlag(source))
                    faults.Add($"{origin} cannot be set there; use {Spellings(setting)}");
                else if (setting.Apply(options, text) is { } fault)
                    faults.Add($"{origin} {fault}");
                else
                    origins[setting.Property] = origin;
            }
        }

        var fromArguments = FromArguments(arguments, faults, out var configFile);
        var fromEnvironment = FromEnvironment(environment, out var configVariable);
        configFile ??= configVariable;

        // Where engine.json lies depends on the data directory, which therefore cannot stand in it.
        var directory = fromArguments.Concat(fromEnvironment)
            .FirstOrDefault(pair => pair.Setting.Property == nameof(EngineOptions.DataDirectory)).Text ?? options.DataDirectory;
        var file = configFile ?? (directory.Length > 0 ? Path.Combine(directory, FileName) : FileName);
        Apply(SettingSources.File, setting => $"{setting.Key} in {file}", FromFile(file, required: configFile is not null, faults));
        Apply(SettingSources.Environment, setting => setting.Variable, fromEnvironment);
        Apply(SettingSources.Arguments, setting => setting.Argument, fromArguments);

        Validate(options, origins, faults);
        return new EngineConfigurationResult(options, faults);
    }

    private static List<(Setting Setting, string Text)> FromArguments(
        IReadOnlyList<KeyValuePair<string, string>> arguments, List<string> faults, out string? configFile)
    {
        configFile = null;
        var values = new List<(Setting, string)>();
        foreach (var (name, text) in arguments)
        {
            if (name == "config")
                configFile = text;
            else if (EngineSettings.All.FirstOrDefault(setting => setting.Name == name) is { } setting)
                values.Add((setting, text));
            else
                faults.Add($"--{name} is not an option; see engine --help");
        }

        return values;
    }

    private static List<(Setting Setting, string Text)> FromEnvironment(IDictionary environment, out string? configFile)
    {
        // Unknown variables are left alone: container platforms set ones of their own, such as ENGINE_SERVICE_HOST.
        configFile = environment["ENGINE_CONFIG"] as string is { Length: > 0 } file ? file : null;
        return
        [
            .. from setting in EngineSettings.All
               let text = environment[setting.Variable] as string
               where !string.IsNullOrEmpty(text)
               select (setting, text),
        ];
    }

    private static List<(Setting Setting, string Text)> FromFile(string file, bool required, List<string> faults)
    {
        var values = new List<(Setting, string)>();
        if (!File.Exists(file))
        {
            if (required)
                faults.Add($"{file} does not exist");
            return values;
        }

        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                faults.Add($"{file} must hold a JSON object");
                return values;
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (EngineSettings.All.FirstOrDefault(setting => setting.Key == property.Name) is not { } setting)
                    faults.Add($"{property.Name} in {file} is not an option; see engine --help");
                else if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
                    faults.Add($"{property.Name} in {file} must be a text, a number, true or false");
                else
                    values.Add((setting, property.Value.ToString()));
            }
        }
        catch (JsonException fault)
        {
            faults.Add($"{file} is not JSON: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{file} cannot be read: {fault.Message}");
        }

        return values;
    }

    private static void Validate(EngineOptions options, Dictionary<string, string> origins, List<string> faults)
    {
        string Origin(string property) => origins.TryGetValue(property, out var origin)
            ? origin
            : EngineSettings.All.First(setting => setting.Property == property).Argument;

        foreach (var (part, prefix) in new (object, string)[]
            {
                (options, ""),
                (options.Api, $"{nameof(options.Api)}."),
                (options.Routing, $"{nameof(options.Routing)}."),
                options.IsCluster
                    ? (options.PostgresStorage, $"{EngineSettings.PostgresPart}.")
                    : (options.Storage, $"{nameof(options.Storage)}."),
            })
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true);
            faults.AddRange(
                from result in results
                from property in result.MemberNames
                select $"{Origin(prefix + property)} is out of bounds: {result.ErrorMessage}");
        }

        ClusterRules.Check(options, Origin, faults);
        if (options.MasterKey.Length > 0)
        {
            if (options.MasterKeyFile.Length > 0)
                faults.Add($"{Origin(nameof(options.MasterKey))} and {Origin(nameof(options.MasterKeyFile))} exclude each other");
            var key = new byte[MasterKey.LengthBytes];
            if (!Convert.TryFromBase64String(options.MasterKey, new byte[options.MasterKey.Length], out var length)
                || length != key.Length)
                faults.Add($"{Origin(nameof(options.MasterKey))} must be {MasterKey.LengthBytes} bytes in base64");
        }

        ValidateTls(options, Origin, faults);
    }

    private static void ValidateTls(EngineOptions options, Func<string, string> origin, List<string> faults)
    {
        var certificate = options.TlsCertificateFile;
        var key = options.TlsKeyFile;
        if (certificate.Length == 0 && key.Length == 0)
            return;
        if (certificate.Length == 0 || key.Length == 0)
        {
            faults.Add("--tls-certificate-file and --tls-key-file belong together; one of them is missing");
            return;
        }

        try
        {
            using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception fault)
        {
            faults.Add($"{origin(nameof(options.TlsCertificateFile))} and {origin(nameof(options.TlsKeyFile))} "
                + $"cannot be loaded: {fault.Message}");
        }
    }

    private static string Spellings(Setting setting) => string.Join(" or ", new[]
    {
        setting.Sources.HasFlag(SettingSources.Arguments) ? setting.Argument : "",
        setting.Sources.HasFlag(SettingSources.Environment) ? setting.Variable : "",
        setting.Sources.HasFlag(SettingSources.File) ? $"{setting.Key} in {FileName}" : "",
    }.Where(spelling => spelling.Length > 0));
}
