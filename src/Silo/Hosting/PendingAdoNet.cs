using Orleans.Hosting;

namespace Engine.Silo.Hosting;

internal sealed class PendingAdoNetOptions
{
    public string Invariant { get; set; } = "";

    public string ConnectionString { get; set; } = "";
}

internal static class PendingAdoNet
{
    public static ISiloBuilder AddAdoNetGrainStorage(this ISiloBuilder builder, string name, Action<PendingAdoNetOptions> configure) =>
        builder.AddMemoryGrainStorage(name);
}
