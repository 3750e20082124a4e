using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Positions;
using Engine.Api.Streams;
using Engine.Api.Validation;
using Engine.Grains.Customers;
using Engine.Grains.Identities;
using Engine.Grains.Ids;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>CustomerService.</summary>
internal sealed class CustomerApi(
    IGrainFactory grains,
    Forwarder forwarder,
    IListings listings,
    ListBarrier barrier,
    IIdentityKeys identityKeys,
    StreamGate streams) : CustomerService.CustomerServiceBase
{
    private const int MessagesPerRead = 200;

    /// <summary>The id is the request's, so that the same request, repeated, finds what it created.</summary>
    public override Task<Customer> CreateCustomer(CreateCustomerRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        request.Customer ??= new Customer();
        Normalize(request.Customer);
        var workspace = Principal.Of(context).Workspace;
        var id = request.CustomerId.Length > 0 ? request.CustomerId : IdText.Derive(workspace, "customer", request.RequestId);
        return forwarder.MutateAsync(
            context, ReplyShape.Customer, grains.CustomerById(workspace, id), request, static (g, r, c) => g.CreateAsync(r, c));
    }

    public override async Task<Customer> GetCustomer(GetCustomerRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        return Forwarder.ResultOf(ReplyShape.Customer, await Grain(context, request.Name).GetAsync().WaitAsync(context.CancellationToken));
    }

    public override Task<Customer> UpdateCustomer(UpdateCustomerRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        if (request.UpdateMask.Names("identities")) Normalize(request.Customer);
        return forwarder.MutateAsync(
            context, ReplyShape.Customer, Grain(context, request.Customer.Name), request, static (g, r, c) => g.UpdateAsync(r, c));
    }

    public override async Task<ListCustomersResponse> ListCustomers(ListCustomersRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("customers", workspace);
        var cursor = PageCursor.Parse(request.PageToken, fingerprint);
        await barrier.WaitAsync(request.AfterPosition, context);

        var size = Pages.SizeOf(request.PageSize);
        var found = await listings.ListCustomersAsync(workspace, cursor?.Id ?? "", Pages.LimitOf(size), context.CancellationToken);
        var response = new ListCustomersResponse();
        for (var i = 0; i < Math.Min(found.Count, size); i++) response.Customers.Add(found[i]);
        if (Pages.HasMore(found.Count, size))
            response.NextPageToken = new PageCursor(0, 0, CustomerId.Parse(response.Customers[^1].Name).Value).ToToken(fingerprint);
        return response;
    }

    public override async Task<Customer> LookupCustomer(LookupCustomerRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var identity = await identityKeys.IdOfAsync(workspace, Addresses.Normalize(request.Identity), context.CancellationToken);
        var customer = Forwarder.ResultOf(ReplyShape.Identity, await grains.Identity(workspace, identity).GetAsync());
        if (customer.Length == 0) throw Refuse.NotFound(Reasons.CustomerNotFound, "No customer has this address.");
        return Forwarder.ResultOf(ReplyShape.Customer, await grains.CustomerById(workspace, customer).GetAsync().WaitAsync(context.CancellationToken));
    }

    public override async Task<ListTimelineResponse> ListTimeline(ListTimelineRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("timeline", workspace, request.Customer);
        var cursor = PageCursor.Parse(request.PageToken, fingerprint);
        // The timeline of nobody is not an empty one.
        Forwarder.ResultOf(ReplyShape.Customer, await Grain(context, request.Customer).GetAsync());
        await barrier.WaitAsync(request.AfterPosition, context);

        var size = Pages.SizeOf(request.PageSize);
        TimelinePlace? before = cursor is { } c ? new TimelinePlace(new DateTimeOffset(c.Number, TimeSpan.Zero), c.Id, c.Version) : null;
        var found = await listings.ListTimelineAsync(
            workspace, CustomerId.Parse(request.Customer).Value, before, Pages.LimitOf(size), context.CancellationToken);
        var response = new ListTimelineResponse();
        for (var i = 0; i < Math.Min(found.Count, size); i++) response.Entries.Add(found[i].Entry);
        if (Pages.HasMore(found.Count, size))
        {
            var last = found[size - 1].Place;
            response.NextPageToken = new PageCursor(last.Time.UtcTicks, last.Version, last.Conversation).ToToken(fingerprint);
        }

        return response;
    }

    public override Task<EraseCustomerResponse> EraseCustomer(EraseCustomerRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.EraseCustomer, Grain(context, request.Name), request, static (g, r, c) => g.EraseAsync(r, c));
    }

    public override Task ExportCustomer(
        ExportCustomerRequest request, IServerStreamWriter<ExportCustomerResponse> responseStream, ServerCallContext context)
    {
        CustomerRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var customer = Grain(context, request.Name);
        return streams.RunAsync(
            context, responseStream, (writer, token) => ExportAsync(workspace, customer, writer, token));
    }

    private async Task ExportAsync(
        string workspace, ICustomerGrain customer, IServerStreamWriter<ExportCustomerResponse> responseStream, CancellationToken token)
    {
        var profile = Forwarder.ResultOf(ReplyShape.Customer, await customer.GetAsync());
        await responseStream.WriteAsync(new ExportCustomerResponse { Customer = profile }, token);
        var conversations = Forwarder.ResultOf(ReplyShape.CustomerConversations, await customer.ListConversationsAsync());
        foreach (var entry in conversations.Conversations)
        {
            var grain = grains.Conversation(workspace, ConversationId.Of(entry.Conversation).Name);
            var reply = await grain.GetAsync();
            // The customer knows of a conversation before it exists; one that does not yet holds nothing to export.
            if (reply.Rejection is { Kind: RejectionKind.NotFound }) continue;
            var conversation = Forwarder.ResultOf(ReplyShape.Conversation, reply);
            await responseStream.WriteAsync(new ExportCustomerResponse { Conversation = conversation }, token);
            var from = 0L;
            do
            {
                var messages = Forwarder.ResultOf(
                    ReplyShape.Messages,
                    await grain.ReadMessagesAsync(new ReadMessagesRequest { FromVersion = from, Limit = MessagesPerRead }));
                foreach (var message in messages.Messages_)
                    await responseStream.WriteAsync(new ExportCustomerResponse { Message = message }, token);
                from = messages.NextVersion;
            }
            while (from > 0);
        }
    }

    private static void Normalize(Customer customer)
    {
        for (var i = 0; i < customer.Identities.Count; i++) customer.Identities[i] = Addresses.Normalize(customer.Identities[i]);
    }

    private ICustomerGrain Grain(ServerCallContext context, string name) => grains.Customer(Principal.Of(context).Workspace, name);
}
