namespace Orleans.Runtime;

/// <summary>
/// Values that flow with a call: from client to grain, from grain to grain, never back. A copy is made when one is
/// set, so that what a callee sets stays with the callee.
/// </summary>
public static class RequestContext
{
    private static readonly AsyncLocal<RequestContextData?> Flow = new();

    /// <summary>The identity of the call chain that may re-enter; empty when none may.</summary>
    public static Guid ReentrancyId
    {
        get => Data?.ReentrancyId ?? Guid.Empty;
        set
        {
            if (ReentrancyId != value)
                Data = new RequestContextData(Data?.Values, value);
        }
    }

    public static IEnumerable<string> Keys => Data?.Values is { } values ? values.Keys : [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Data?.Values is { } values ? values : [];

    internal static RequestContextData? Data
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>
    /// While the section is open, calls that come back to this grain from calls it makes may interleave with the one
    /// that waits for them.
    /// </summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var before = ReentrancyId;
        var inside = before == Guid.Empty ? Guid.NewGuid() : before;
        ReentrancyId = inside;
        return new ReentrancySection(before, inside);
    }

    /// <summary>While the section is open, calls made from it may not re-enter.</summary>
    public static ReentrancySection SuppressCallChainReentrancy()
    {
        var before = ReentrancyId;
        ReentrancyId = Guid.Empty;
        return new ReentrancySection(before, Guid.Empty);
    }

    public static object? Get(string key) =>
        Data?.Values is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value)
    {
        var data = Data;
        var values = data?.Values is { } old ? new Dictionary<string, object>(old) : [];
        values[key] = value;
        Data = new RequestContextData(values, data?.ReentrancyId ?? Guid.Empty);
    }

    /// <returns>Whether there was such a value.</returns>
    public static bool Remove(string key)
    {
        var data = Data;
        if (data?.Values is not { } old || !old.ContainsKey(key))
            return false;
        var values = new Dictionary<string, object>(old);
        values.Remove(key);
        Data = values.Count == 0 && data.ReentrancyId == Guid.Empty ? null : new RequestContextData(values, data.ReentrancyId);
        return true;
    }

    public static void Clear() => Data = null;

    /// <summary>A part of a method in which the rules of call-chain reentrancy differ; dispose to leave it.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _before;
        private readonly Guid _inside;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _before = originalReentrancyId;
            _inside = newReentrancyId;

            // A grain that got its chain from a caller has to open itself to it too.
            if (newReentrancyId != Guid.Empty)
                (RuntimeContext.Current as Core.Internal.ICallChainReentrantGrainContext)?.OnEnterReentrantSection(newReentrancyId);
        }

        public void Dispose()
        {
            if (_inside != Guid.Empty)
                (RuntimeContext.Current as Core.Internal.ICallChainReentrantGrainContext)?.OnExitReentrantSection(_inside);
            ReentrancyId = _before;
        }
    }
}
