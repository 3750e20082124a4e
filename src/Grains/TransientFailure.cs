using Engine.Grains.Journal;
using Orleans.Runtime;

namespace Engine.Grains;

/// <summary>Tells failures that pass by themselves, when a silo leaves or the database is away, from faults.</summary>
internal static class TransientFailure
{
    public static bool Is(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is TimeoutException or OrleansMessageRejectionException or JournalUnavailableException) return true;
        }

        return false;
    }
}
