namespace Orleans.Runtime.Reminders;

/// <summary>A registered reminder, as its grain holds it.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class ReminderHandle : IGrainReminder
{
    [Id(0)]
    public required GrainId GrainId { get; init; }

    [Id(1)]
    public required string ReminderName { get; init; }

    [Id(2)]
    public required string ETag { get; init; }

    public override string ToString() => $"<{GrainId} {ReminderName}>";
}
