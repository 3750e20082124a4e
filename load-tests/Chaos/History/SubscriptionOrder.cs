using System.Globalization;

namespace Engine.LoadTests.Chaos.History;

/// <summary>
/// What a subscriber got, checked while it comes: after a reconnect it may come again where the contract says so, but nothing
/// may be left out or come in another order.
/// </summary>
/// <param name="mayRepeat">Whether what was seen before a reconnect may come again after it.</param>
internal sealed class SubscriptionOrder(bool mayRepeat)
{
    private const int ExamplesMax = 10;
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sessionLast = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];

    public long Events { get; private set; }

    /// <summary>Versions left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>Versions that came again or after a later one.</summary>
    public long OutOfOrder { get; private set; }

    public IReadOnlyList<string> Examples => _examples;

    /// <summary>A new connection, which begins after the last position.</summary>
    public void Reconnect() => _sessionLast.Clear();

    public void See(string resource, long version)
    {
        Events++;
        var last = _last.GetValueOrDefault(resource);
        // The first of a session may be an old one again; from there on it goes step by step.
        var isFirst = !_sessionLast.TryGetValue(resource, out var before);
        var expected = (isFirst ? last : before) + 1;
        var isRepetition = mayRepeat && isFirst;
        if (version > expected)
        {
            Skipped += version - expected;
            Example(resource, version, expected);
        }
        else if (version < expected && !isRepetition)
        {
            OutOfOrder++;
            Example(resource, version, expected);
        }

        _sessionLast[resource] = version;
        if (version > last) _last[resource] = version;
    }

    /// <summary>The last version seen, or 0.</summary>
    public long LastOf(string resource) => _last.GetValueOrDefault(resource);

    private void Example(string resource, long version, long expected)
    {
        if (_examples.Count < ExamplesMax)
            _examples.Add(string.Create(CultureInfo.InvariantCulture, $"Subscriber: {resource}, {version} came where {expected} belongs"));
    }
}
