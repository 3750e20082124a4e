using Orleans.Hosting;

namespace Engine.Silo.Hosting;

internal sealed class PendingAdoNetOptions
{
    public string Invariant { get; set; } = "";

    public string ConnectionString { get; set; } = "";
}

internal static class PendingAdoNet
{
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<PendingAdoNetOptions> configure) => throw new NotSupportedException();

    public static IClientBuilder UseAdoNetClustering(this IClientBuilder builder, Action<PendingAdoNetOptions> configure) => throw new NotSupportedException();

    public static ISiloBuilder AddAdoNetGrainStorage(this ISiloBuilder builder, string name, Action<PendingAdoNetOptions> configure) => throw new NotSupportedException();
}
