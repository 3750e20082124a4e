namespace Orleans.Runtime.Generated;

/// <summary>
/// The sequences that callers read from one activation. Each is an enumerator that advances only while a call for it
/// runs, so a slow reader costs nothing; one that nobody reads any more is closed after a while.
/// Used only within the activation's turns.
/// </summary>
internal sealed class Enumerations(TimeProvider clock)
{
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(3);
    private readonly Dictionary<Guid, Reading> _readings = [];

    public int Count => _readings.Count;

    public Task<EnumerationBatch<TItem>> Open<TItem>(AsyncEnumerableCall<TItem> call)
    {
        CloseIdle();
        var cancellation = new CancellationTokenSource();
        call.SetCancellationToken(cancellation.Token);
        var sequence = call.Invoke(call.TakeTarget());
        var reading = new Reading<TItem>(sequence.GetAsyncEnumerator(cancellation.Token), cancellation, call.BatchSizeMax);
        _readings.Add(call.EnumerationId, reading);
        return Fetch(call.EnumerationId, reading);
    }

    public Task<EnumerationBatch<TItem>> Next<TItem>(Guid id) =>
        _readings.TryGetValue(id, out var reading)
            ? Fetch(id, (Reading<TItem>)reading)
            : Task.FromException<EnumerationBatch<TItem>>(
                new EnumerationAbortedException("The grain no longer knows the enumeration; it may have been deactivated."));

    public async Task Close(Guid id)
    {
        if (_readings.Remove(id, out var reading))
            await reading.End();
    }

    public async Task CloseAll()
    {
        foreach (var id in _readings.Keys.ToArray())
            await Close(id);
    }

    private async Task<EnumerationBatch<TItem>> Fetch<TItem>(Guid id, Reading<TItem> reading)
    {
        reading.LastUsed = clock.GetTimestamp();
        var batch = await reading.Fetch();
        if (batch.IsLast)
            await Close(id);
        return batch;
    }

    private void CloseIdle()
    {
        foreach (var (id, reading) in _readings)
        {
            if (!reading.IsBusy && clock.GetElapsedTime(reading.LastUsed) > IdleMax)
                _ = Close(id);
        }
    }

    private abstract class Reading
    {
        public long LastUsed { get; set; }

        public bool IsBusy { get; protected set; }

        public abstract Task End();
    }

    private sealed class Reading<TItem>(IAsyncEnumerator<TItem> source, CancellationTokenSource cancellation, int itemsMax) : Reading
    {
        private ValueTask<bool>? _ahead;
        private bool _ended;

        public async Task<EnumerationBatch<TItem>> Fetch()
        {
            var batch = new EnumerationBatch<TItem>();
            IsBusy = true;
            try
            {
                do
                {
                    var moving = _ahead ?? source.MoveNextAsync();
                    _ahead = null;
                    if (!moving.IsCompleted && batch.Items.Count > 0)
                    {
                        // What is there goes now; what is to come is awaited by the next call.
                        _ahead = moving.Preserve();
                        return batch;
                    }

                    if (!await moving)
                    {
                        batch.IsLast = true;
                        return batch;
                    }

                    batch.Items.Add(source.Current);
                }
                while (batch.Items.Count < itemsMax && !_ended);
            }
            catch (Exception error)
            {
                batch.IsLast = true;
                batch.Error = error;
            }
            finally
            {
                IsBusy = false;
            }

            return batch;
        }

        public override async Task End()
        {
            if (_ended)
                return;
            _ended = true;
            await cancellation.CancelAsync();
            try
            {
                if (_ahead is { } ahead)
                    await ahead;
                if (!IsBusy)
                    await source.DisposeAsync();
            }
            catch (Exception)
            {
                // Nobody reads the sequence any more, so nobody can be told.
            }
            finally
            {
                cancellation.Dispose();
            }
        }
    }
}
