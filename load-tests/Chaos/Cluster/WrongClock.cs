using System.Globalization;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>Silos whose wall clock is wrong, by <c>libfaketime</c>; their monotonic clock stays right, as a real one would.</summary>
internal static class WrongClock
{
    private const string Library = "libfaketime";
    private const string Folders = "/usr/lib";

    /// <summary>An hour ahead, and an hour behind.</summary>
    public static IReadOnlyDictionary<int, SiloSurroundings> OfSecondAndThird { get; } = new Dictionary<int, SiloSurroundings>
    {
        [2] = Shifted("+3600s"),
        [3] = Shifted("-3600s"),
    };

    /// <exception cref="EngineFailedException">A silo that should have a wrong clock has the right one.</exception>
    public static void CheckInEffect(IReadOnlyList<SupervisedProcess> silos)
    {
        foreach (var silo in silos.Skip(1).Take(OfSecondAndThird.Count))
        {
            var maps = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{silo.ProcessId}/maps"));
            if (!maps.Contains(Library, StringComparison.Ordinal))
                throw new EngineFailedException($"{silo.Name} runs without {Library}: its clock would be right. Is the package faketime installed?");
        }
    }

    // Not by the program faketime, which shares a semaphore with its children; and without the library's mending of waits by the
    // monotonic clock, which no C library needs any more and which ends every such wait at once.
    private static SiloSurroundings Shifted(string by) => new(
        [],
        new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = FindLibrary(),
            ["FAKETIME"] = by,
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        });

    private static string FindLibrary() =>
        Directory.EnumerateFiles(Folders, "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .FirstOrDefault() ?? throw new EngineFailedException("There is no libfaketime here. Install the package faketime.");
}
