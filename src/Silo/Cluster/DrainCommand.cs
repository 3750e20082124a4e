using Engine.Silo.Client;
using Engine.Silo.CommandLine;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Cluster;

/// <summary><c>engine drain</c>: tells one process to leave, and waits until it takes no more calls.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(ArgumentList arguments, CancellationToken cancellationToken)
    {
        var client = ClientArguments.Read(arguments, ClientKeys.Operator, out var faults);
        if (client is null || arguments.Words.Count > 0)
        {
            foreach (var fault in faults.Concat(arguments.Words.Select(word => $"{word} belongs to no option")))
                await Console.Error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        try
        {
            using var connection = new EngineClient(client.Target);
            var service = new ClusterService.ClusterServiceClient(connection.As(client.OperatorKey));
            var leaving = await service.DrainServerAsync(new DrainServerRequest(), Options(cancellationToken));
            await Console.Out.WriteLineAsync($"{leaving.Member} is leaving");
            if (await TakesNoMoreAsync(connection, leaving.DrainTimeout.ToTimeSpan() + Grace, cancellationToken))
            {
                await Console.Out.WriteLineAsync($"{leaving.Member} takes no more calls; it ends when those under way have ended");
                return ExitCode.Done;
            }

            await Console.Error.WriteLineAsync($"{leaving.Member} still answers after {leaving.DrainTimeout.ToTimeSpan() + Grace}");
            return ExitCode.Failed;
        }
        catch (RpcException fault) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{client.Target.GetLeftPart(UriPartial.Authority)}: {CallFailure.Describe(fault)}");
            return ExitCode.Failed;
        }
        catch (Exception fault) when (fault is OperationCanceledException or RpcException)
        {
            // It goes on leaving.
            return ExitCode.Failed;
        }
    }

    private static CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallMax, cancellationToken: cancellationToken);

    private static async Task<bool> TakesNoMoreAsync(EngineClient connection, TimeSpan within, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var health = new Health.HealthClient(connection.Anonymous);
        while (TimeProvider.System.GetElapsedTime(began) < within)
        {
            try
            {
                await health.CheckAsync(new HealthCheckRequest(), Options(cancellationToken));
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable)
            {
                return true;
            }

            await Task.Delay(AskEvery, TimeProvider.System, cancellationToken);
        }

        return false;
    }
}
