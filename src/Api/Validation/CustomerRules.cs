using Engine.Api.Errors;
using Engine.Grains.Identities;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of CustomerService and InboundService.</summary>
internal static class CustomerRules
{
    private const int DisplayNameBytesMax = 255;
    private const int IdentitiesMax = 50;
    private const int AddressBytesMax = 512;
    private const int OrdersMax = 100;
    private const int ConsentsMax = 50;
    private const int ExternalIdBytesMax = 512;

    private static readonly string[] UpdatePaths = ["display_name", "identities", "language", "attributes", "orders", "consents", "tier"];

    public static void Check(CreateCustomerRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("customer_id", request.CustomerId).Id();
        if (request.Customer is { } customer)
        {
            check.Enter("customer");
            check.DisplayName(customer.DisplayName);
            check.Identities(customer);
            check.Text("language", customer.Language).Language();
            check.Attributes(customer.Attributes);
            check.Orders(customer);
            check.Consents(customer);
            check.Text("tier", customer.Tier).Word();
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(GetCustomerRequest request) => CheckName("name", request.Name);

    /// <summary>Values that the mask does not name are ignored, right or wrong.</summary>
    public static void Check(UpdateCustomerRequest request)
    {
        var check = new Checker();
        var mask = request.UpdateMask;
        check.RequestId(request.RequestId);
        if (check.Given("customer", request.Customer))
        {
            var customer = request.Customer;
            check.Enter("customer");
            check.Text("name", customer.Name).Required().Customer();
            if (mask.Names("display_name")) check.DisplayName(customer.DisplayName);
            if (mask.Names("identities")) check.Identities(customer);
            if (mask.Names("language")) check.Text("language", customer.Language).Language();
            if (mask.Names("attributes")) check.Attributes(customer.Attributes);
            if (mask.Names("orders")) check.Orders(customer);
            if (mask.Names("consents")) check.Consents(customer);
            if (mask.Names("tier")) check.Text("tier", customer.Tier).Word();
            check.Leave();
        }

        check.Mask(mask, UpdatePaths);
        check.ThrowIfFaulty();
    }

    public static void Check(ListCustomersRequest request)
    {
        var check = new Checker();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    public static void Check(LookupCustomerRequest request)
    {
        var check = new Checker();
        if (check.Given("identity", request.Identity))
        {
            check.Enter("identity");
            check.Address(request.Identity.Channel, request.Identity.Address);
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(ListTimelineRequest request)
    {
        var check = new Checker();
        check.Text("customer", request.Customer).Required().Customer();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    public static void Check(EraseCustomerRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Customer();
        check.ThrowIfFaulty();
    }

    public static void Check(ExportCustomerRequest request) => CheckName("name", request.Name);

    public static void Check(ReceiveMessageRequest request)
    {
        var check = new Checker();
        check.OptionalRequestId(request.RequestId);
        check.Address(request.Channel, request.Address);
        check.Text("external_id", request.ExternalId).Required().AtMost(ExternalIdBytesMax).Intact();
        check.Content("content", request.Content, required: true);
        check.DisplayName(request.DisplayName);
        check.Text("language", request.Language).Language();
        check.Subject(request.Subject);
        check.Text("queue", request.Queue).Queue();
        check.RequiredSkills(request.RequiredSkills);
        check.Text("preferred_agent", request.PreferredAgent).Agent();
        check.ThrowIfFaulty();
    }

    private static void DisplayName(this ref Checker check, string value) =>
        check.Text("display_name", value).AtMost(DisplayNameBytesMax);

    private static void Address(this ref Checker check, string channel, string address)
    {
        check.Text("channel", channel).Required().Channel();
        check.Text("address", address).Required().AtMost(AddressBytesMax).Intact();
        if (address.Length > 0 && Normalized(channel, address) is "")
            check.Fault("address", FieldReasons.InvalidFormat, "has nothing that counts on this channel");
    }

    private static void Identities(this ref Checker check, Customer customer)
    {
        if (customer.Identities.Count == 0) return;
        check.Count("identities", customer.Identities.Count, 0, IdentitiesMax);
        var seen = new HashSet<(string Channel, string? Address)>();
        for (var i = 0; i < Math.Min(customer.Identities.Count, IdentitiesMax); i++)
        {
            var identity = customer.Identities[i];
            check.Enter("identities", i);
            check.Address(identity.Channel, identity.Address);
            if (identity.Address.Length > 0 && !seen.Add((identity.Channel, Normalized(identity.Channel, identity.Address))))
                check.Fault("address", FieldReasons.Duplicate, "stands in the list already");
            check.Leave();
        }
    }

    /// <summary>Null for an address that other checks refuse: normalising takes sound and bounded text only.</summary>
    private static string? Normalized(string channel, string address) =>
        address.Length <= AddressBytesMax && !address.Contains('\uFFFD') ? Addresses.Normalize(channel, address) : null;

    private static void Orders(this ref Checker check, Customer customer)
    {
        check.Count("orders", customer.Orders.Count, 0, OrdersMax);
        for (var i = 0; i < Math.Min(customer.Orders.Count, OrdersMax); i++)
        {
            var order = customer.Orders[i];
            check.Enter("orders", i);
            check.Text("order_id", order.OrderId).Required().AtMost(255);
            check.Text("status", order.Status).AtMost(64);
            check.Time("place_time", order.PlaceTime);
            check.Money("total", order.Total);
            check.Text("url", order.Url).Url();
            check.Leave();
        }
    }

    private static void Consents(this ref Checker check, Customer customer)
    {
        check.Count("consents", customer.Consents.Count, 0, ConsentsMax);
        for (var i = 0; i < Math.Min(customer.Consents.Count, ConsentsMax); i++)
        {
            check.Enter("consents", i);
            check.Text("purpose", customer.Consents[i].Purpose).Required().Word();
            check.Time("time", customer.Consents[i].Time);
            check.Leave();
        }
    }

    private static void CheckName(string field, string name)
    {
        var check = new Checker();
        check.Text(field, name).Required().Customer();
        check.ThrowIfFaulty();
    }
}
