namespace Engine.Architecture.Tests.Support;

internal static class Check
{
    /// <summary>Fails with the list of findings, one a line.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var found = findings.ToList();
        Assert.True(found.Count == 0, $"{found.Count} found:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <summary>Fails unless the findings are exactly the exceptions, each of which has a reason.</summary>
    public static void Only(IReadOnlyDictionary<string, string> exceptions, IEnumerable<string> subjects)
    {
        var found = subjects.Distinct().ToHashSet();
        None([
            .. found.Where(subject => !exceptions.ContainsKey(subject)),
            .. exceptions.Keys.Where(subject => !found.Contains(subject))
                .Select(subject => $"{subject}: no longer needs its exception"),
        ]);
    }
}
