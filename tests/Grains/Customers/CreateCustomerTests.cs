using Engine.Grains.Customers;
using Engine.Grains.Identities;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Grains.Tests.Customers;

public sealed class CreateCustomerTests
{
    [Fact]
    public async Task Of_two_creations_at_once_the_loser_keeps_no_address()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        string[] addresses = ["one@example.com", "two@example.com"];

        var replies = await Task.WhenAll(addresses.Select(address => silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/carla").CreateAsync(
            new()
            {
                RequestId = $"create-{address}",
                CustomerId = "carla",
                Customer = new() { Identities = { new Identity { Channel = "email", Address = address } } },
            },
            Callers.Admin)));

        var created = Assert.Single(replies, reply => reply.Result is not null).Result;
        Assert.Equal("CUSTOMER_EXISTS", Assert.Single(replies, reply => reply.Rejection is not null).Rejection.Reason);
        foreach (var address in addresses)
        {
            var id = await silo.Services.GetRequiredService<IIdentityKeys>().IdOfAsync(Callers.Workspace, new() { Channel = "email", Address = address });
            var owner = (await silo.Grains.GetGrain<IIdentityGrain>($"{Callers.Workspace}/{id}").GetAsync()).Customer;
            Assert.Equal(address == created.Identities[0].Address ? "carla" : "", owner);
        }
    }
}
