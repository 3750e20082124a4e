using System.Collections.Concurrent;
using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Calls;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<int> Twice(int value);

    Task Fail();

    Task<int> TwiceVia(string other, int value);
}

public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (this.GetPrimaryKeyString() == "adds" && context.MethodName == nameof(Twice))
            context.Result = (int)context.Result! + 1;
    }

    public Task<int> Twice(int value) => Task.FromResult(2 * value);

    public Task Fail() => throw new InvalidOperationException("failed");

    public Task<int> TwiceVia(string other, int value) => GrainFactory.GetGrain<IFilteredGrain>(other).Twice(value);
}

public sealed class FilterTests
{
    [Behaviour(Docs.Filters)]
    public async Task An_incoming_filter_sees_the_call_and_its_result()
    {
        var seen = new ConcurrentQueue<string>();
        await using var silo = await Start(builder => builder.AddIncomingGrainCallFilter(async context =>
        {
            seen.Enqueue($"{context.InterfaceName}.{context.MethodName}({context.Request.GetArgument(0)}) of {context.TargetId}");
            Assert.IsType<FilteredGrain>(context.Grain);
            Assert.Equal(nameof(FilteredGrain.Twice), context.ImplementationMethod.Name);
            Assert.Equal(typeof(IFilteredGrain), context.InterfaceMethod.DeclaringType);
            await context.Invoke();
            seen.Enqueue($"{context.Result}");
        }));
        Assert.Equal(8, await silo.Grains.GetGrain<IFilteredGrain>("k").Twice(4).Within());
        Assert.Equal([$"{typeof(IFilteredGrain).FullName}.Twice(4) of filtered/k", "8"], seen);
    }

    [Behaviour(Docs.Filters)]
    public async Task Incoming_filters_run_in_order_and_the_grains_own_last()
    {
        var seen = new ConcurrentQueue<int>();
        await using var silo = await Start(builder =>
        {
            for (var number = 0; number < 3; number++)
            {
                var copy = number;
                builder.AddIncomingGrainCallFilter(context =>
                {
                    seen.Enqueue(copy);
                    return context.Invoke();
                });
            }
        });
        Assert.Equal(9, await silo.Grains.GetGrain<IFilteredGrain>("adds").Twice(4).Within());
        Assert.Equal([0, 1, 2], seen);
    }

    [Behaviour(Docs.Filters)]
    public async Task A_filter_may_replace_arguments_and_result()
    {
        await using var silo = await Start(static builder => builder.AddIncomingGrainCallFilter(static async context =>
        {
            context.Request.SetArgument(0, 10);
            await context.Invoke();
            context.Result = (int)context.Result! + 5;
        }));
        Assert.Equal(25, await silo.Grains.GetGrain<IFilteredGrain>("k").Twice(4).Within());
    }

    [Behaviour(Docs.Filters)]
    public async Task A_filter_may_refuse_a_call()
    {
        await using var silo = await Start(static builder => builder.AddIncomingGrainCallFilter(
            static _ => throw new UnauthorizedAccessException("no")));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => silo.Grains.GetGrain<IFilteredGrain>("k").Twice(4).Within());
    }

    [Behaviour(Docs.Filters)]
    public async Task A_filter_sees_and_may_replace_an_exception()
    {
        await using var silo = await Start(static builder => builder.AddIncomingGrainCallFilter(static async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (InvalidOperationException error)
            {
                throw new NotSupportedException("replaced", error);
            }
        }));
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => silo.Grains.GetGrain<IFilteredGrain>("k").Fail().Within());
        Assert.Equal("failed", error.InnerException!.Message);
    }

    [Behaviour(Docs.Filters)]
    public async Task An_outgoing_filter_sees_calls_of_clients_and_of_grains()
    {
        var seen = new ConcurrentQueue<string>();
        await using var silo = await Start(builder => builder.AddOutgoingGrainCallFilter(async context =>
        {
            await context.Invoke();
            seen.Enqueue($"{context.SourceId?.ToString() ?? "client"}>{context.TargetId}={context.Result}");
        }));
        Assert.Equal(8, await silo.Grains.GetGrain<IFilteredGrain>("a").TwiceVia("b", 4).Within());
        Assert.Equal(["filtered/a>filtered/b=8", "client>filtered/a=8"], seen);
    }

    [Behaviour(Docs.Filters)]
    public async Task An_outgoing_filter_may_set_the_request_context()
    {
        await using var silo = await Start(static builder => builder.AddOutgoingGrainCallFilter(static context =>
        {
            RequestContext.Set("who", "filter");
            return context.Invoke();
        }));
        Assert.Equal("filter", await silo.Grains.GetGrain<IContextGrain>("k").Get("who").Within());
    }

    [Behaviour(Docs.Filters)]
    public async Task A_filter_may_be_a_type_with_services()
    {
        await using var silo = await Start(static builder => builder.AddIncomingGrainCallFilter<CountingFilter>());
        await silo.Grains.GetGrain<IFilteredGrain>("k").Twice(4).Within();
        Assert.NotNull(CountingFilter.Factory);
    }

    private static Task<TestSilo> Start(Action<ISiloBuilder> configure) => TestSilo.Start(configure);

    private sealed class CountingFilter : IIncomingGrainCallFilter
    {
        public CountingFilter(IGrainFactory factory) => Factory = factory;

        public static IGrainFactory? Factory { get; private set; }

        public Task Invoke(IIncomingGrainCallContext context) => context.Invoke();
    }
}
