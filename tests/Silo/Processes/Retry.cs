using Grpc.Core;

namespace Engine.Silo.Tests.Processes;

/// <summary>Repeats a call as a client does, for as long as the answer says that it may help.</summary>
public static class Retry
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    public static Task<T> RunAsync<T>(Func<AsyncUnaryCall<T>> call) => RunAsync(async () => await call());

    public static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(RetryAfter);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.Aborted
                && TimeProvider.System.GetElapsedTime(began) < Limits.Patience)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
