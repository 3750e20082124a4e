using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary>Names everything that is wrong with the settings, at once.</summary>
internal static class SettingFaults
{
    /// <summary>False when there was something to name.</summary>
    public static async Task<bool> ArePassedAsync(ArgumentList arguments, EngineConfigurationResult configuration)
    {
        IReadOnlyList<string> faults =
        [
            .. arguments.Faults,
            .. arguments.Words.Select(word => $"{word} belongs to no option"),
            .. configuration.Faults,
        ];
        if (faults.Count == 0)
            return true;
        await Console.Error.WriteLineAsync("Engine does not start with these settings:");
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync($"  {fault}");
        return false;
    }
}
