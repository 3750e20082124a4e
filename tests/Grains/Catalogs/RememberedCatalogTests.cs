using Engine.Grains.Catalogs;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Grains.Tests.Catalogs;

/// <summary>What a silo remembers: how old it may be, and how often it asks.</summary>
public sealed class RememberedCatalogTests
{
    private readonly StandingTime _time = new();
    private readonly ScriptedCatalog _grain = new();
    private readonly RememberedCatalog _remembered;

    public RememberedCatalogTests() => _remembered = new RememberedCatalog(_grain, new CatalogOptions(), _time, NullLogger.Instance);

    [Fact]
    public async Task A_thousand_at_once_ask_once_and_all_get_the_rules()
    {
        var gate = new TaskCompletionSource();
        _grain.OnRead = () => gate.Task;
        Store(3);
        var waiting = Enumerable.Range(0, 1_000).Select(_ => Task.Run(async () => await _remembered.GetAsync(0))).ToArray();
        await Until.Async(() => Task.FromResult(_grain.Reads), reads => reads > 0, "asked");
        gate.SetResult();
        var catalogs = await Task.WhenAll(waiting);
        Assert.All(catalogs, c => Assert.Same(catalogs[0], c));
        Assert.Equal((3L, 1), (catalogs[0].Version, _grain.Reads));
    }

    [Fact]
    public async Task A_workspace_in_which_nothing_was_set_is_remembered_too()
    {
        Assert.Same(WorkspaceCatalog.None, await _remembered.GetAsync(0));
        var again = _remembered.GetAsync(0);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(1, _grain.Reads);
    }

    [Fact]
    public async Task What_is_a_little_old_is_used_at_once_while_one_call_asks_for_newer()
    {
        Store(1);
        var first = await _remembered.GetAsync(0);
        var gate = new TaskCompletionSource();
        _grain.OnRead = () => gate.Task;
        Store(2);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Same(first, await _remembered.GetAsync(0));
        Assert.Equal(1, _grain.Reads);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        for (var i = 0; i < 100; i++)
        {
            var used = _remembered.GetAsync(0);
            Assert.True(used.IsCompletedSuccessfully);
            Assert.Same(first, await used);
        }

        gate.SetResult();
        var newer = await Until.Async(async () => await _remembered.GetAsync(0), c => c.Version == 2, "refreshed");
        Assert.Equal(2, _grain.Reads);
        Assert.Same(newer, await _remembered.GetAsync(0));
    }

    [Fact]
    public async Task What_was_not_confirmed_for_four_seconds_is_not_used()
    {
        Store(1);
        await _remembered.GetAsync(0);
        Store(2);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, (await _remembered.GetAsync(0)).Version);
    }

    [Fact]
    public async Task A_version_that_was_told_is_fetched_even_by_a_call_that_began_after_one_that_asked_too_early()
    {
        Store(1);
        await _remembered.GetAsync(0);
        // One call is under way that has read the old state.
        var gate = new TaskCompletionSource();
        _grain.OnRead = () => gate.Task;
        _time.Advance(TimeSpan.FromSeconds(3));
        await _remembered.GetAsync(0);
        await Until.Async(() => Task.FromResult(_grain.Reads), reads => reads == 2, "asked");
        Store(2);
        var told = _remembered.GetAsync(2).AsTask();
        gate.SetResult();
        Assert.Equal(2, (await told).Version);
        Assert.Equal(3, _grain.Reads);
    }

    [Fact]
    public async Task A_version_that_never_comes_is_a_failure()
    {
        Store(1);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await _remembered.GetAsync(9));
        Assert.Equal(3, _grain.Reads);
    }

    [Fact]
    public async Task Without_an_answer_older_rules_are_used_but_not_when_there_are_none()
    {
        _grain.OnRead = () => throw new TimeoutException("no answer");
        await Assert.ThrowsAsync<TimeoutException>(async () => await _remembered.GetAsync(0));
        _grain.OnRead = () => Task.CompletedTask;
        Store(1);
        var first = await _remembered.GetAsync(0);
        _grain.OnRead = () => throw new TimeoutException("no answer");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Same(first, await _remembered.GetAsync(0));
        // From then on nobody waits for it.
        Assert.True(_remembered.GetAsync(0).AsTask().IsCompletedSuccessfully);

        _grain.OnRead = () => Task.CompletedTask;
        Store(2);
        Assert.Equal(2, (await Until.Async(async () => await _remembered.GetAsync(0), c => c.Version == 2, "answered again")).Version);
    }

    [Fact]
    public async Task A_catalog_that_hangs_delays_a_message_by_a_second_at_most()
    {
        Store(1);
        var first = await _remembered.GetAsync(0);
        var gate = new TaskCompletionSource();
        _grain.OnRead = () => gate.Task;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Same(first, await _remembered.GetAsync(0).AsTask().WaitAsync(TimeSpan.FromMinutes(5)));
        Assert.True(_remembered.GetAsync(0).AsTask().IsCompletedSuccessfully);
        gate.SetResult();
    }

    [Fact]
    public async Task Older_rules_are_read_once_and_kept_over_changes()
    {
        _grain.Old.Add(Policy(1));
        Store(2);
        var catalog = await _remembered.GetAsync(0);
        var old = new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = 1 };
        Assert.False(catalog.Sla.Holds(old));
        var both = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _remembered.LookBackAsync(catalog, old)));
        Assert.All(both, c => Assert.True(c.Sla.Holds(old) && c.Sla.Ranked.Single().Version == 2));
        Assert.Equal(1, _grain.LookBacks);
        Assert.True((await _remembered.GetAsync(0)).Sla.Holds(old));

        // What was in force is at hand after the next change, and so is what was looked back at.
        Store(3);
        var newer = await _remembered.GetAsync(3);
        Assert.True(newer.Sla.Holds(old));
        Assert.True(newer.Sla.Holds(new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = 2 }));
        Assert.Equal(3, newer.Sla.Ranked.Single().Version);
        Assert.Equal(1, _grain.LookBacks);
    }

    [Fact]
    public async Task Rules_that_never_existed_are_not_held_and_harm_nobody()
    {
        Store(2);
        var catalog = await _remembered.GetAsync(0);
        var never = new SlaRules { Policy = "slaPolicies/never", PolicyVersion = 1 };
        var looked = await _remembered.LookBackAsync(catalog, never);
        Assert.False(looked.Sla.Holds(never));
        Assert.Equal(2, looked.Version);
    }

    [Fact]
    public async Task What_is_kept_of_older_rules_is_bounded()
    {
        for (var version = 1; version <= 400; version++)
        {
            Store(version);
            await _remembered.GetAsync(version);
        }

        var catalog = await _remembered.GetAsync(0);
        var held = Enumerable.Range(1, 400).Count(v => catalog.Sla.Holds(new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = v }));
        Assert.InRange(held, 200, 257);
        Assert.True(catalog.Sla.Holds(new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = 399 }));
    }

    private void Store(long version) => _grain.Stored = new Catalog { Version = version, SlaPolicies = { Policy(version) } };

    private static SlaPolicy Policy(long version)
    {
        var policy = Rules.Policy();
        (policy.Name, policy.Version) = ("slaPolicies/gold", version);
        return policy;
    }
}
