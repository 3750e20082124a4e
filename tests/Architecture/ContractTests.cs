using System.Text.RegularExpressions;
using Engine.Architecture.Tests.Support;

namespace Engine.Architecture.Tests;

/// <summary>The rules of the protobuf contract that a linter does not know.</summary>
public sealed partial class ContractTests
{
    private static readonly string[] Public = ["protos/engine/v1"];
    private static readonly string[] Reading = ["Get", "List", "Watch", "Lookup", "Export", "Explain", "DryRun"];

    private static readonly Dictionary<string, string> WithoutRequestId = new()
    {
        ["AcknowledgeEvents"] = "moves a position forward only: the same call twice is the same position",
        ["DeleteConsumer"] = "what is deleted stays deleted",
        ["DrainServer"] = "who leaves, leaves; the process that could remember the id is gone afterwards",
        ["SignalActivity"] = "nothing is stored: who signals twice is seen twice",
    };

    [Fact]
    public void Public_messages_never_import_internal_ones() =>
        Check.None(Repository.In(Public, ".proto").SelectMany(file => Repository.Lines(file)
            .Where(line => line.StartsWith("import", StringComparison.Ordinal)
                && line.Contains("internal", StringComparison.Ordinal))
            .Select(line => $"{file}: {line}")));

    [Fact]
    public void Services_and_messages_stand_in_different_files()
    {
        foreach (var file in Repository.In(["protos/engine", "protos/grpc"], ".proto"))
        {
            var text = NoComments(file);
            var isService = file.EndsWith("_service.proto", StringComparison.Ordinal);
            Assert.True(isService == Service().IsMatch(text), $"{file}: services belong into files named *_service.proto");
            Assert.False(isService && MessageOrEnum().IsMatch(text), $"{file}: a service file declares no messages");
        }
    }

    [Fact]
    public void Requests_that_change_something_carry_a_request_id()
    {
        var messages = Repository.In(Public, ".proto")
            .SelectMany(file => Message().Matches(NoComments(file)))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value);
        var methods = Repository.In(Public, ".proto").SelectMany(file => Rpc().Matches(NoComments(file))).ToList();
        Assert.True(methods.Count > 30);

        var without = methods
            .Where(method => !Reading.Any(verb => method.Groups["name"].Value.StartsWith(verb, StringComparison.Ordinal)))
            .Where(method => !RequestId().IsMatch(messages[method.Groups["request"].Value]))
            .Select(method => method.Groups["name"].Value);
        Check.Only(WithoutRequestId, without);
    }

    [Fact]
    public void Enumerations_start_unspecified_with_their_name() =>
        Check.None(Repository.In(["protos/engine"], ".proto").SelectMany(file => Enumeration().Matches(NoComments(file))
            .Where(match => match.Groups["first"].Value
                != WordStart().Replace(match.Groups["name"].Value, "_").ToUpperInvariant() + "_UNSPECIFIED")
            .Select(match => $"{file}: {match.Groups["name"].Value} starts with {match.Groups["first"].Value}")));

    private static string NoComments(string file) => Comment().Replace(Repository.Read(file), "");

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^service\s", RegexOptions.Multiline)]
    private static partial Regex Service();

    [GeneratedRegex(@"^(message|enum)\s", RegexOptions.Multiline)]
    private static partial Regex MessageOrEnum();

    // Top-level messages end with a brace at the start of a line, or are empty.
    [GeneratedRegex(@"^message\s+(?<name>\w+)\s*\{(?<body>\s*\}|.*?^\})", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex(@"rpc\s+(?<name>\w+)\s*\(\s*(stream\s+)?(?<request>\w+)\s*\)")]
    private static partial Regex Rpc();

    [GeneratedRegex(@"^\s+string\s+request_id\s*=", RegexOptions.Multiline)]
    private static partial Regex RequestId();

    [GeneratedRegex(@"enum\s+(?<name>\w+)\s*\{\s*(?<first>\w+)\s*=\s*0")]
    private static partial Regex Enumeration();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
