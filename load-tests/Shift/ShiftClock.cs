using System.Globalization;
using Engine.LoadTests.Chaos.Traffic;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Shift;

/// <summary>The engine's clock as far as a client can know it: what it showed once, and how fast it runs.</summary>
internal sealed class ShiftClock(TimeProvider real, double speed, DateTimeOffset shown, long shownAt)
{
    private const int Samples = 5;

    public double Speed => speed;

    public DateTimeOffset Now => shown + real.GetElapsedTime(shownAt) * speed;

    /// <summary>Learns it from the times that the engine writes on what it creates: the quickest of some calls tells best.</summary>
    public static async Task<ShiftClock> LearnAsync(
        ClusterCaller caller, Metadata headers, string run, double speed, TimeProvider real, CancellationToken cancellationToken)
    {
        var (best, shown, shownAt) = (TimeSpan.MaxValue, default(DateTimeOffset), 0L);
        for (var i = 0; i < Samples; i++)
        {
            var request = new CreateCustomerRequest
            {
                RequestId = string.Create(CultureInfo.InvariantCulture, $"{run}-clock-{i}"),
                Customer = new Customer { DisplayName = "Clock" },
            };
            var begin = real.GetTimestamp();
            var created = await caller.CallAsync(
                0, static (api, r, o) => api.Customers.CreateCustomerAsync(r, o), request, headers, null, cancellationToken);
            var end = real.GetTimestamp();
            var took = real.GetElapsedTime(begin, end);
            if (took >= best) continue;
            (best, shown, shownAt) = (took, created.CreateTime.ToDateTimeOffset(), begin + (end - begin) / 2);
        }

        return new ShiftClock(real, speed, shown, shownAt);
    }

    /// <param name="time">By the engine's clock.</param>
    public Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time / speed, real, cancellationToken) : Task.CompletedTask;

    public Task DelayUntilAsync(DateTimeOffset instant, CancellationToken cancellationToken) => DelayAsync(instant - Now, cancellationToken);
}
