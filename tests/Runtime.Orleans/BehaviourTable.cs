using System.Reflection;
using Engine.Runtime.Orleans.Tests.Support;
using Xunit.Abstractions;

namespace Engine.Runtime.Orleans.Tests;

/// <summary>The table of documented behaviours: each line a test, each test a page.</summary>
public sealed class BehaviourTable(ITestOutputHelper output)
{
    [Fact]
    public void At_least_eighty_documented_behaviours_are_tested()
    {
        var behaviours = typeof(BehaviourTable).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(static method => (method.Name, method.GetCustomAttribute<BehaviourAttribute>()?.Page))
            .Where(static behaviour => behaviour.Page is not null)
            .OrderBy(static behaviour => behaviour.Page, StringComparer.Ordinal).ToList();
        foreach (var (name, page) in behaviours)
            output.WriteLine($"{name.Replace('_', ' ')} | {page}");
        Assert.True(behaviours.Count >= 80, $"{behaviours.Count} documented behaviours are tested.");
    }
}
