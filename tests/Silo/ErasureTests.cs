using System.Text;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Silo.Tests;

/// <summary>After an erasure nobody who has the files, all of them, finds what the customer said or was called.</summary>
public sealed class ErasureTests : IDisposable
{
    // Enough that snapshots were written in between.
    private const int Messages = 300;
    private const string Name = "Zebedina Quillfeather";
    private const string Email = "zebedina.quillfeather@example.com";
    private const string Phone = "+15550199123";
    private static readonly string[] Needles =
    [
        "Zebedina", "Quillfeather", "zebedina.quillfeather", Email, Phone, "15550199123", "xylophone-coloured", "Marmalade Lane", "vip-since-1987",
        "order-Q7Q7Q7", "quill-invoice.pdf", "grumbles-about-parcels", "transfer-because-quill", "quillsubject", "quillanswer", "quillplace",
    ];
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Raw_scan_of_every_file_finds_nothing_of_an_erased_customer()
    {
        var data = _directory.File("data");
        string erased;
        string kept;
        string conversation;
        await using (var engine = await EngineProcess.StartAsync(data))
        {
            using var api = EngineApi.Of(engine);
            erased = await CreateAsync(api);
            conversation = await ConverseAsync(api, erased);
            kept = (await api.Customers.CreateCustomerAsync(new CreateCustomerRequest
            {
                RequestId = EngineApi.NewId(), Customer = new Customer { DisplayName = "Kept" },
            })).Name;
            // Snapshots are written and caches emptied at a stop.
            await engine.StopAsync();
        }

        await using (var engine = await EngineProcess.StartAsync(data))
        {
            using var api = EngineApi.Of(engine);
            await api.Conversations.SendMessageAsync(Say(conversation, "xylophone-coloured again"));
            await api.Customers.ListTimelineAsync(new ListTimelineRequest { Customer = erased });
            var response = await api.Customers.EraseCustomerAsync(new EraseCustomerRequest { RequestId = EngineApi.NewId(), Name = erased });
            Assert.Equal(2, response.Conversations);

            await AssertNothingFoundAsync(data, conversation);
            await AssertApiShowsNothingAsync(api, erased, conversation);
            var other = await api.Customers.GetCustomerAsync(new GetCustomerRequest { Name = kept });
            Assert.Equal("Kept", other.DisplayName);
            Assert.Equal(0, await engine.StopAsync());
        }

        await AssertNothingFoundAsync(data, conversation);
        await using (var engine = await EngineProcess.StartAsync(data))
        {
            using var api = EngineApi.Of(engine);
            await AssertApiShowsNothingAsync(api, erased, conversation);
            await AssertNothingFoundAsync(data, conversation);
        }
    }

    private static async Task<string> CreateAsync(EngineApi api)
    {
        var customer = await api.Customers.CreateCustomerAsync(new CreateCustomerRequest
        {
            RequestId = EngineApi.NewId(),
            Customer = new Customer
            {
                DisplayName = Name,
                Language = "en",
                Identities = { new Identity { Channel = "email", Address = Email }, new Identity { Channel = "sms", Address = Phone } },
                Attributes = { ["address"] = "12 Marmalade Lane", ["grade"] = "vip-since-1987" },
                Orders = { new Order { OrderId = "order-Q7Q7Q7", Status = "sent", PlaceTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) } },
            },
        });
        await api.Customers.UpdateCustomerAsync(new UpdateCustomerRequest
        {
            RequestId = EngineApi.NewId(),
            Customer = new Customer { Name = customer.Name, DisplayName = Name + " the Second" },
            UpdateMask = FieldMask.FromString("display_name"),
        });
        return customer.Name;
    }

    private static async Task<string> ConverseAsync(EngineApi api, string customer)
    {
        var received = await api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "email", Address = Email, ExternalId = "<1@example.com>", Subject = "quillsubject",
            Content = new Content { Text = "My xylophone-coloured kettle never came." },
        });
        Assert.Equal(customer, received.Customer);
        var conversation = received.Conversation;
        for (var number = 0; number < Messages; number++)
            await api.Conversations.SendMessageAsync(Say(conversation, $"xylophone-coloured {number}"));
        var rich = Say(conversation, "quillanswer");
        rich.Content.Location = new Location { Latitude = 1, Longitude = 2, Label = "quillplace", Address = "12 Marmalade Lane" };
        rich.Content.Attachments.Add(new Attachment { Url = "https://example.com/quill-invoice.pdf", MediaType = "application/pdf", Name = "quill-invoice.pdf" });
        await api.Conversations.SendMessageAsync(rich);
        await api.Conversations.AddNoteAsync(new AddNoteRequest
        {
            RequestId = EngineApi.NewId(), Conversation = conversation, Content = new Content { Text = "Zebedina grumbles-about-parcels" },
        });
        await api.Conversations.UpdateConversationAsync(new UpdateConversationRequest
        {
            RequestId = EngineApi.NewId(),
            Conversation = new Conversation { Name = conversation, Subject = "quillsubject of Zebedina", Attributes = { ["street"] = "Marmalade Lane" } },
            UpdateMask = FieldMask.FromString("subject,attributes"),
        });
        await AssignAndTransferAsync(api, conversation);

        // A second conversation, on another channel and closed.
        var sms = await api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "sms", Address = Phone, ExternalId = "sms-1", Content = new Content { Text = "Is it xylophone-coloured?" },
        });
        Assert.Equal(customer, sms.Customer);
        await api.Conversations.CloseConversationAsync(new CloseConversationRequest { RequestId = EngineApi.NewId(), Name = sms.Conversation });
        return conversation;
    }

    private static async Task AssignAndTransferAsync(EngineApi api, string conversation)
    {
        foreach (var agent in new[] { "maya", "tom" })
        {
            await api.Agents.CreateAgentAsync(new CreateAgentRequest
            {
                RequestId = EngineApi.NewId(), AgentId = agent, Agent = new Agent { DisplayName = agent },
            });
        }

        await api.Conversations.AssignConversationAsync(new AssignConversationRequest
        {
            RequestId = EngineApi.NewId(), Name = conversation, Agent = "agents/maya",
        });
        await api.Conversations.TransferConversationAsync(new TransferConversationRequest
        {
            RequestId = EngineApi.NewId(), Name = conversation, Agent = "agents/tom", Note = "transfer-because-quill",
        });
    }

    private static SendMessageRequest Say(string conversation, string text) => new()
    {
        RequestId = EngineApi.NewId(), Conversation = conversation, Content = new Content { Text = text }, AuthorType = AuthorType.Customer,
    };

    private static async Task AssertApiShowsNothingAsync(EngineApi api, string customer, string conversation)
    {
        var gone = await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await api.Customers.GetCustomerAsync(new GetCustomerRequest { Name = customer }));
        Assert.Equal(Grpc.Core.StatusCode.NotFound, gone.StatusCode);
        var messages = await api.ReadMessagesAsync(conversation);
        Assert.All(messages, message => Assert.Null(message.Content));
        var shown = await api.Conversations.GetConversationAsync(new GetConversationRequest { Name = conversation });
        Assert.Equal(ConversationStatus.Closed, shown.Status);
        Assert.All(Needles, needle => Assert.DoesNotContain(needle, shown.ToString(), StringComparison.OrdinalIgnoreCase));
        var unknown = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await api.Customers.LookupCustomerAsync(
            new LookupCustomerRequest { Identity = new Identity { Channel = "email", Address = Email } }));
        Assert.Equal(Grpc.Core.StatusCode.NotFound, unknown.StatusCode);
    }

    private static async Task AssertNothingFoundAsync(string directory, string conversation)
    {
        var encodings = new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode };
        var structure = Encoding.UTF8.GetBytes(conversation["conversations/".Length..]);
        var structureFound = false;
        var files = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).ToList();
        Assert.Contains(files, file => Path.GetFileName(file) == "journal.db");
        foreach (var file in files)
        {
            // The lock file cannot be opened while an engine holds it, and is empty.
            if (Path.GetFileName(file) == "engine.lock")
                continue;
            var bytes = await ReadAsync(file);
            structureFound |= bytes.AsSpan().IndexOf(structure) >= 0;
            foreach (var needle in Needles)
            {
                foreach (var encoding in encodings)
                {
                    foreach (var spelling in new[] { needle, needle.ToLowerInvariant(), needle.ToUpperInvariant() }.Distinct())
                    {
                        Assert.False(
                            bytes.AsSpan().IndexOf(encoding.GetBytes(spelling)) >= 0,
                            $"{Path.GetFileName(file)} holds '{spelling}' as {encoding.WebName}");
                    }
                }
            }
        }

        // The scan would find something: what is structure stays readable.
        Assert.True(structureFound, "the conversation's id is in no file: the scan does not see what is stored");
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
