namespace Engine.Grains.Views;

/// <summary>A filter over conversations; every given part must match.</summary>
public sealed record ConversationQuery
{
    public required string Workspace { get; init; }

    public string? Customer { get; init; }

    /// <summary>An agent's id; empty: assigned to nobody; null: any.</summary>
    public string? Assignee { get; init; }

    /// <summary>Numbers of the public status enum; empty: any.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [];

    public string? Tag { get; init; }

    public string? Channel { get; init; }

    /// <summary>A queue's id, not empty; null: any.</summary>
    public string? Queue { get; init; }

    /// <summary>Update time at or after.</summary>
    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>Update time before.</summary>
    public DateTimeOffset? UpdatedBefore { get; init; }

    /// <summary>Only rows behind this one in the order (update time descending, then id ascending).</summary>
    public (DateTimeOffset UpdateTime, string Id)? After { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 50;
}
