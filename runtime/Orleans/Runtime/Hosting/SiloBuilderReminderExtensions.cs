using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Reminders;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>Adds reminders to a silo.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds reminders; they need an <see cref="IReminderTable"/> too.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.AddReminders();
        return builder;
    }

    public static void AddReminders(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(LocalReminderService)))
            return;
        services.AddSingleton<LocalReminderService>();
        services.AddSingleton<IReminderRegistry>(static provider => provider.GetRequiredService<LocalReminderService>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<LocalReminderService>());
    }
}
