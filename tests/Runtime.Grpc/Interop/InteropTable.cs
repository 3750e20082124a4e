using Xunit.Abstractions;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>
/// Runs all cases of a pair and writes what came of them beside the tests, as interop-*.md. A case that a program cannot
/// play is in the table as well, with the reason.
/// </summary>
public sealed class InteropTable(ITestOutputHelper output, string pair)
{
    /// <summary>Cases that one side cannot play, and why.</summary>
    public Dictionary<string, string> NotSupported { get; } = [];

    /// <summary>What a case does not show with this pair, and why.</summary>
    public Dictionary<string, string> Without { get; } = [];

    public IEnumerable<string> Supported => InteropClient.Cases.Where(c => !NotSupported.ContainsKey(c));

    public Task RunAsync(Func<string, Task> run) => RunAsync(async names =>
    {
        var wrong = new Dictionary<string, string?>();
        foreach (var name in names)
        {
            wrong[name] = (await Record.ExceptionAsync(() => run(name)))?.ToString();
        }

        return wrong;
    });

    /// <param name="run">For all the cases of these names: null, or what is wrong.</param>
    public async Task RunAsync(Func<IReadOnlyList<string>, Task<Dictionary<string, string?>>> run)
    {
        var wrong = await run([.. Supported]);
        string[] lines =
        [
            $"| {pair} | outcome |",
            "| --- | --- |",
            .. InteropClient.Cases.Select(name => $"| {name} | {Outcome(name, wrong)} |"),
        ];
        await File.WriteAllLinesAsync(Path.Combine(AppContext.BaseDirectory, $"interop-{pair}.md"), lines);
        output.WriteLine(string.Join('\n', lines));
        Assert.Equal(Supported, Supported.Where(wrong.ContainsKey));
        Assert.True(
            wrong.Values.All(w => w is null),
            string.Join("\n\n", wrong.Where(w => w.Value is not null).Select(w => $"{w.Key}: {w.Value}")));
    }

    private string Outcome(string name, Dictionary<string, string?> wrong) =>
        NotSupported.TryGetValue(name, out var reason) ? $"not supported: {reason}"
        : !wrong.TryGetValue(name, out var failure) ? "DID NOT RUN"
        : failure is not null ? "FAILED"
        : Without.TryGetValue(name, out var limit) ? $"passed, {limit}"
        : "passed";
}
