namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>Waits for conditions, with a deadline that only a defect reaches.</summary>
public static class Soon
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Not within {Limit}: {what}");
            }
        }
    }

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit);

    public static Task Within(Task task) => task.WaitAsync(Limit);
}
