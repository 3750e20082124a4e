namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>What happens to a board.</summary>
internal enum StepKind
{
    Put,
    Remove,
    PutAgent,
    RemoveAgent,
    Match,
    Hold,
    Drop,
    Decline,
    Rest,
    Configure,
}
