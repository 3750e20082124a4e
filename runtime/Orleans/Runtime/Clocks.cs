using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>Finds the clock of a part of the runtime.</summary>
internal static class Clocks
{
    /// <summary>The clock with this key, else the unkeyed one, else the system's.</summary>
    public static TimeProvider Get(IServiceProvider services, string key) =>
        services.GetKeyedService<TimeProvider>(key) ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
}
