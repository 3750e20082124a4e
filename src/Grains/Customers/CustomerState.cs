using System.Collections.Immutable;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Customers;

/// <summary>A customer between two commits. Immutable; its messages are never changed either.</summary>
public sealed record CustomerState
{
    /// <summary>Before the first commit.</summary>
    public static CustomerState None { get; } = new();

    /// <summary>0: the customer does not exist.</summary>
    public long Version { get; init; }

    /// <summary>The public data, but for name, times and version, which are the state's.</summary>
    public Customer Record { get; init; } = new();

    /// <summary>Ids of the identities: channel and keyed hash.</summary>
    public ImmutableArray<string> Identities { get; init; } = [];

    /// <summary>Identities given up, newest last.</summary>
    public ImmutableArray<string> ReleasedIdentities { get; init; } = [];

    /// <summary>All conversations, oldest first.</summary>
    public ImmutableList<CustomerConversation> Conversations { get; init; } = [];

    public Timestamp? CreateTime { get; init; }

    public Timestamp? UpdateTime { get; init; }

    /// <summary>The version of the last change of the data: the etag follows it, not the conversations.</summary>
    public long DataVersion { get; init; }

    /// <summary>When erasure began; null: the customer is there.</summary>
    public Timestamp? EraseTime { get; init; }

    /// <summary>Erasure is done.</summary>
    public bool Erased { get; init; }

    public bool Exists => Version > 0 && EraseTime is null;

    public string Etag => $"v{DataVersion}";

    /// <summary>The conversation that a message on a channel belongs to: the newest one there.</summary>
    public CustomerConversation? CurrentOn(string channel) => Conversations.FindLast(c => c.Channel == channel);

    /// <summary>The customer as the API shows it.</summary>
    public Customer ToPublic(string id)
    {
        var customer = Record.Clone();
        customer.Name = CustomerId.Of(id).Name;
        customer.CreateTime = CreateTime;
        customer.UpdateTime = UpdateTime;
        customer.Version = Version;
        customer.Etag = Etag;
        return customer;
    }
}
