using Engine.LoadTests.Shift.People;
using Engine.LoadTests.Shift.Shop;

namespace Engine.LoadTests.Shift.Running;

/// <summary>Lets customers come when they are due, whether or not those before them were served.</summary>
internal sealed class Customers(ShiftSetting setting, int count, int seed)
{
    private readonly List<Task> _all = [];
    private int _come;

    /// <summary>So many have come.</summary>
    public int Come => Volatile.Read(ref _come);

    /// <summary>The latest that one came after it was due, in real time: how well the load generator keeps up.</summary>
    public TimeSpan LateMax { get; private set; }

    /// <summary>Until all have come and gone, or <paramref name="close"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken close, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(close, cancellationToken);
        var arrivals = ArrivalCurve.BlackFriday.Draw(count, new Random(seed));
        try
        {
            for (var i = 0; i < count; i++)
            {
                var due = setting.Begin + (setting.End - setting.Begin) * arrivals[i];
                await setting.Clock.DelayUntilAsync(due, stop.Token);
                var late = (setting.Clock.Now - due) / setting.Clock.Speed;
                if (late > LateMax) LateMax = late;
                var customer = new ShiftCustomer(setting, i, seed + i);
                _all.Add(Task.Run(() => customer.RunAsync(stop.Token), stop.Token));
                Interlocked.Increment(ref _come);
            }

            await Task.WhenAll(_all);
        }
        catch (OperationCanceledException) when (close.IsCancellationRequested)
        {
            await Task.WhenAny(Task.WhenAll(_all));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_all.FirstOrDefault(t => t.IsFaulted) is { } failed) await failed;
    }
}
