using Engine.Grains.Customers;
using Engine.Grains.Tests.Support;
using Engine.V1;

namespace Engine.Grains.Tests.Customers;

public sealed class CustomerTierTests
{
    [Theory]
    [InlineData("gold", true)]
    [InlineData("tier_2-b", true)]
    [InlineData("", true)]
    [InlineData("Gold", false)]
    [InlineData("carla@example.com", false)]
    [InlineData("très-or", false)]
    public void Update_Tier_TakenOnlyInItsAlphabet(string tier, bool taken)
    {
        var before = new CustomerState { Version = 1 };
        var request = new UpdateCustomerRequest { Customer = new() { Tier = tier }, UpdateMask = new() { Paths = { "tier" } } };

        var decision = CustomerCore.Update(before, request, [], Callers.Admin, DateTimeOffset.UnixEpoch);

        if (taken) Assert.Equal(tier, decision.Change!.Record!.Tier);
        else Assert.Equal("customer.tier", decision.Rejection!.Fields.Single().Field);
        Assert.Equal(taken, CustomerCore.Create(CustomerState.None, request.Customer, [], Callers.Admin, DateTimeOffset.UnixEpoch).Change is not null);
    }

    [Fact]
    public async Task A_tier_longer_than_the_limit_is_refused_and_the_longest_is_not()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var grain = silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/carla");
        Assert.NotNull((await grain.CreateAsync(new() { RequestId = "r1", Customer = new() { Tier = new string('a', 65) } }, Callers.Admin)).Rejection);
        Assert.Equal(64, (await grain.CreateAsync(new() { RequestId = "r2", Customer = new() { Tier = new string('a', 64) } }, Callers.Admin)).Result.Tier.Length);
    }

    [Fact]
    public async Task A_conversation_has_the_tier_that_the_customer_had_when_they_last_wrote()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var first = (await Inbound.ReceiveAsync(silo, Inbound.Message("m1"))).Result;
        var customer = silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{first.Customer["customers/".Length..]}");
        await customer.UpdateAsync(
            new() { RequestId = "tier", Customer = new() { Name = first.Customer, Tier = "gold" }, UpdateMask = new() { Paths = { "tier" } } }, Callers.Admin);

        Assert.Equal("", (await Inbound.Conversation(silo, first.Conversation).GetAsync()).Result.CustomerTier);
        await Inbound.ReceiveAsync(silo, Inbound.Message("m2"));
        Assert.Equal("gold", (await Inbound.Conversation(silo, first.Conversation).GetAsync()).Result.CustomerTier);
    }
}
