using System.ComponentModel;
using System.Runtime.ExceptionServices;

namespace Orleans.Runtime.Generated;

/// <summary>
/// A call of a method that returns a sequence. The call itself opens an enumerator at the grain; the items are fetched
/// by further calls, in batches, when the caller asks for them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AsyncEnumerableCall<TItem> : ResultCall<EnumerationBatch<TItem>>, IAsyncEnumerable<TItem>
{
    private GrainReference? _reference;

    /// <summary>Names the enumerator at the grain.</summary>
    internal Guid EnumerationId { get; set; }

    internal int BatchSizeMax { get; set; } = 100;

    public abstract IAsyncEnumerable<TItem> Invoke(object target);

    public IAsyncEnumerable<TItem> Send(GrainReference reference)
    {
        _reference = reference;
        return this;
    }

    public IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Reference is not null)
            throw new InvalidOperationException("The sequence of a grain call can be enumerated once; call the grain again.");
        var arguments = GetCancellationToken();
        return new Enumerator(this, _reference!, arguments, cancellationToken);
    }

    public override void WriteArguments(CallWriter writer)
    {
        writer.Write(EnumerationId);
        writer.WriteInt32(BatchSizeMax);
    }

    public override void ReadArguments(CallReader reader)
    {
        EnumerationId = reader.Read<Guid>();
        BatchSizeMax = Math.Clamp(reader.ReadInt32(), 1, 10_000);
    }

    internal sealed override Task? Start(out EnumerationBatch<TItem> result)
    {
        result = default!;
        return ((IEnumerationHost)Host!).Enumerations.Open(this);
    }

    internal sealed override EnumerationBatch<TItem> GetResult(Task ended) => ((Task<EnumerationBatch<TItem>>)ended).Result;

    private Task<EnumerationBatch<TItem>> Open(GrainReference reference)
    {
        EnumerationId = Guid.NewGuid();
        return SendCore(reference);
    }

    /// <summary>The caller's end.</summary>
    private sealed class Enumerator(
        AsyncEnumerableCall<TItem> call, GrainReference reference, CancellationToken argument, CancellationToken token)
        : IAsyncEnumerator<TItem>
    {
        private EnumerationBatch<TItem>? _batch;
        private int _index;

        public TItem Current { get; private set; } = default!;

        public async ValueTask<bool> MoveNextAsync()
        {
            while (true)
            {
                argument.ThrowIfCancellationRequested();
                token.ThrowIfCancellationRequested();
                if (_batch is not null && _index < _batch.Items.Count)
                {
                    Current = _batch.Items[_index++];
                    return true;
                }

                if (_batch is { IsLast: true })
                {
                    if (_batch.Error is { } error)
                        ExceptionDispatchInfo.Throw(error);
                    return false;
                }

                _batch = _batch is null ? await Fetch(call.Open(reference)) : await Fetch(Next());
                _index = 0;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_batch is { IsLast: true } || call.EnumerationId == Guid.Empty)
                return;
            _batch = new EnumerationBatch<TItem> { IsLast = true };
            await new EnumerationEndCall { EnumerationId = call.EnumerationId }.Send(reference);
        }

        private Task<EnumerationBatch<TItem>> Next() =>
            new EnumerationNextCall<TItem> { EnumerationId = call.EnumerationId }.Send(reference);

        private async Task<EnumerationBatch<TItem>> Fetch(Task<EnumerationBatch<TItem>> fetching)
        {
            if (!argument.CanBeCanceled && !token.CanBeCanceled)
                return await fetching;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(argument, token);
            try
            {
                return await fetching.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                await DisposeAsync();
                throw;
            }
        }
    }
}
