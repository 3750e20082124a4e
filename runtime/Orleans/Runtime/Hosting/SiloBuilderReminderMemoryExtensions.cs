using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Reminders;

namespace Orleans.Hosting;

/// <summary>Reminders for development.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Keeps reminders in memory: they are gone when the silo that has them, the oldest, is.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable, GrainReminderTable>();
        return builder;
    }
}
