using Engine.Api.Authentication;
using Engine.Api.Caching;
using Engine.Grains.Journal;
using Engine.Internal.V1;

namespace Engine.Api.Positions;

/// <summary>
/// Remembers how far each key has written through this server, in every lane, so that its lists hold what it wrote
/// without its having to say so.
/// </summary>
internal sealed class WrittenPositions
{
    /// <summary>At 1.5 KiB each: 6 MiB.</summary>
    private const int KeysMax = 4_096;

    private readonly BoundedCache<string, Written> _keys = new(KeysMax);

    public void Remember(Principal principal, Position position)
    {
        if (position.Lane is < 0 or >= StreamName.LaneCount) return;
        _keys.GetOrAdd(principal.Identity, static _ => new Written()).Advance(new LanePosition(position.Lane, position.Transaction, position.Sequence));
    }

    /// <summary>What the key wrote last in each lane, or null when it wrote nothing here.</summary>
    public JournalPosition? Find(Principal principal) => _keys.TryGet(principal.Identity, out var written) ? written.Position : null;

    private sealed class Written
    {
        private readonly Lock _gate = new();
        private readonly LanePosition[] _lanes = [.. Enumerable.Range(0, StreamName.LaneCount).Select(static lane => new LanePosition(lane, 0, 0))];

        public JournalPosition Position
        {
            get
            {
                lock (_gate) return JournalPosition.Of(_lanes);
            }
        }

        public void Advance(LanePosition position)
        {
            lock (_gate)
            {
                if (position > _lanes[position.Lane]) _lanes[position.Lane] = position;
            }
        }
    }
}
