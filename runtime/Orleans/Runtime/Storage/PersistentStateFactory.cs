using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Runtime.Activations;
using Orleans.Storage;

namespace Orleans.Runtime.Storage;

/// <summary>Makes persistent states that are read before their grain is activated.</summary>
internal sealed class PersistentStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config) =>
        (IPersistentState<TState>)Create<TState>((Activation)context, config.StateName, config.StorageName);

    /// <exception cref="OrleansConfigurationException">There is no such storage.</exception>
    public static IStorage<TState> Create<TState>(Activation activation, string stateName, string? storageName)
    {
        var services = activation.Shared.Services;
        var storage = storageName is { Length: > 0 }
            ? services.GetKeyedService<IGrainStorage>(storageName)
            : services.GetService<IGrainStorage>()
                ?? services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        if (storage is null)
        {
            throw new OrleansConfigurationException(storageName is { Length: > 0 }
                ? $"No storage provider found with the name {storageName} while activating {activation.GrainId}."
                : $"No default storage provider found while activating {activation.GrainId}.");
        }

        var state = new StateStorageBridge<TState>(stateName, activation.GrainId, storage);
        activation.Lifecycle.Subscribe(stateName, GrainLifecycleStage.SetupState, state.ReadStateAsync);
        return state;
    }
}
