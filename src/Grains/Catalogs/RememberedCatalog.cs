using System.Runtime.ExceptionServices;
using Engine.Grains.Journal;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Catalogs;

/// <summary>One workspace's rules as this silo remembers them: never more than one call under way for what is newer.</summary>
internal sealed partial class RememberedCatalog(ICatalogGrain grain, CatalogOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Older rules kept at hand, beyond those in force: for conversations whose time began under them.</summary>
    private const int OldPoliciesMax = 256;
    private const int OldCalendarsMax = 64;
    private const int TriesMax = 3;

    /// <summary>For so long a message waits for a catalog that does not answer, when older rules are at hand.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _refreshAfter = TimeSpan.FromMilliseconds(options.RefreshAfterMs);
    private readonly TimeSpan _forgetAfter = TimeSpan.FromMilliseconds(options.ForgetAfterMs);
    private readonly Lock _lock = new();
    private readonly List<PolicyRules> _oldPolicies = [];
    private readonly List<BusinessCalendar> _oldCalendars = [];

    /// <summary>The rules in force, without looking back.</summary>
    private SlaCatalog _inForce = SlaCatalog.Empty;
    private volatile Confirmed? _confirmed;
    private Task<Exception?>? _refresh;
    private Task _lookingBack = Task.CompletedTask;
    private volatile bool _isMute;
    private long _usedAt = time.GetTimestamp();

    /// <summary>For how long nobody has asked.</summary>
    public TimeSpan Unused => time.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>The rules, at least of a version.</summary>
    public ValueTask<WorkspaceCatalog> GetAsync(long versionMin)
    {
        Volatile.Write(ref _usedAt, time.GetTimestamp());
        if (_confirmed is { } known && known.Catalog.Version >= versionMin)
        {
            var age = time.GetElapsedTime(known.At);
            if (age < _refreshAfter) return new ValueTask<WorkspaceCatalog>(known.Catalog);
            if (age < _forgetAfter || _isMute)
            {
                Refresh();
                return new ValueTask<WorkspaceCatalog>(known.Catalog);
            }
        }

        return new ValueTask<WorkspaceCatalog>(FetchAsync(versionMin));
    }

    /// <summary>The newest rules, able to count by older ones too; without them when they never existed.</summary>
    public Task<WorkspaceCatalog> LookBackAsync(WorkspaceCatalog catalog, SlaRules knowing)
    {
        // One after the other: most of those who wait ask for what the one before them reads.
        lock (_lock)
        {
            var mine = LookBackAsync(_lookingBack, catalog, knowing);
            _lookingBack = mine;
            return mine;
        }
    }

    private async Task<WorkspaceCatalog> LookBackAsync(Task before, WorkspaceCatalog catalog, SlaRules knowing)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_confirmed is { } known && known.Catalog.Version >= catalog.Version) catalog = known.Catalog;
        if (catalog.Sla.Holds(knowing)) return catalog;
        var reply = await Outside(() => grain.ReadRulesAsync(new ReadRulesRequest { Rules = { knowing } })).ConfigureAwait(false);
        var policies = reply.SlaPolicies.Select(PolicyRules.Create).Where(p => !p.IsRejected).Select(p => p.Change!).ToList();
        var calendars = reply.Calendars.Select(BusinessCalendar.Create).Where(c => !c.IsRejected).Select(c => c.Change!).ToList();
        lock (_lock)
        {
            Keep(policies, calendars);
            if (_confirmed is not { } current) return catalog with { Sla = catalog.Sla.Knowing(policies, calendars) };
            _confirmed = current with { Catalog = current.Catalog with { Sla = _inForce.Knowing(_oldPolicies, _oldCalendars) } };
            return _confirmed.Catalog;
        }
    }

    private async Task<WorkspaceCatalog> FetchAsync(long versionMin)
    {
        for (var tries = 1; ; tries++)
        {
            // One that was under way may have asked before the change; the next one surely asks after it.
            Task<Exception?> refresh;
            lock (_lock)
            {
                // Confirmed since the caller looked.
                if (_confirmed is { } fresh && fresh.Catalog.Version >= versionMin && time.GetElapsedTime(fresh.At) < _refreshAfter)
                    return fresh.Catalog;
                refresh = Refresh();
            }

            var usable = _confirmed is { } before && before.Catalog.Version >= versionMin ? before.Catalog : null;
            if (usable is not null && await Task.WhenAny(refresh, Task.Delay(PatienceMax, TimeProvider.System)) != refresh)
            {
                _isMute = true;
                LogUnconfirmed(null);
                return usable;
            }

            var failure = await refresh;
            if (_confirmed is { } after && after.Catalog.Version >= versionMin)
            {
                if (failure is not null) LogUnconfirmed(failure);
                return after.Catalog;
            }

            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
            if (tries == TriesMax) throw new JournalUnavailableException("The catalog has not reached the version that was told.");
        }
    }

    /// <summary>Asks for what is newer, unless that is under way.</summary>
    private Task<Exception?> Refresh()
    {
        lock (_lock) return _refresh ??= Outside(RefreshAsync);
    }

    private async Task<Exception?> RefreshAsync()
    {
        try
        {
            // Of before the call: what is changed after it may be missing.
            var at = time.GetTimestamp();
            var reply = await grain.ReadAsync(new ReadCatalogRequest { KnownVersion = _confirmed?.Catalog.Version ?? 0 });
            lock (_lock)
            {
                _refresh = null;
                _isMute = false;
                var known = _confirmed?.Catalog ?? WorkspaceCatalog.None;
                if (reply.Result is { } newer && newer.Version > known.Version) known = Renew(known, newer);
                _confirmed = new Confirmed(known, at);
            }

            return null;
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                _refresh = null;
                _isMute = _confirmed is not null;
            }

            return e;
        }
    }

    private WorkspaceCatalog Renew(WorkspaceCatalog known, Catalog newer)
    {
        Keep(known.Sla.Ranked, known.CalendarByName.Values);
        var read = CatalogReading.Read(newer, LogLeftOut);
        _inForce = read.Sla;
        return read with { Sla = _inForce.Knowing(_oldPolicies, _oldCalendars) };
    }

    private void Keep(IEnumerable<PolicyRules> policies, IEnumerable<BusinessCalendar> calendars)
    {
        foreach (var policy in policies)
        {
            _oldPolicies.RemoveAll(p => p.Name == policy.Name && p.Version == policy.Version);
            _oldPolicies.Add(policy);
        }

        foreach (var calendar in calendars)
        {
            _oldCalendars.RemoveAll(c => c.Name == calendar.Name && c.Version == calendar.Version);
            _oldCalendars.Add(calendar);
        }

        if (_oldPolicies.Count > OldPoliciesMax) _oldPolicies.RemoveRange(0, _oldPolicies.Count - OldPoliciesMax);
        if (_oldCalendars.Count > OldCalendarsMax) _oldCalendars.RemoveRange(0, _oldCalendars.Count - OldCalendarsMax);
    }

    /// <summary>Runs on no actor's turn and in nobody's name: many wait for it, and whoever happened to begin it may leave.</summary>
    private static Task<T> Outside<T>(Func<Task<T>> call)
    {
        using (ExecutionContext.SuppressFlow()) return Task.Run(call);
    }

    [LoggerMessage(1411, LogLevel.Warning, "A catalog does not answer; messages are decided by the rules known last.")]
    private partial void LogUnconfirmed(Exception? exception);

    [LoggerMessage(1412, LogLevel.Error, "A stored {Kind} cannot be read any more and is left out: {Reason}.")]
    private partial void LogLeftOut(string kind, string reason);

    private sealed record Confirmed(WorkspaceCatalog Catalog, long At);
}
