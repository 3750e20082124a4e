using System.Globalization;
using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Whether a conversation ever was two people's: each change of assignee takes it from who had it before, a queue gives away only
/// what nobody has, and says whom it chose and why.
/// </summary>
internal static class OwnershipCheck
{
    public static (Findings DoubleOwner, Findings Unexplained) Check(IEnumerable<ConversationStory> stories)
    {
        var (doubled, unexplained) = (new Findings(), new Findings());
        foreach (var story in stories)
        {
            var owner = "";
            foreach (var step in story.Steps)
            {
                if (step.Change is not { } change) continue;
                if (change.From != owner)
                    doubled.Add(string.Create(CultureInfo.InvariantCulture, $"{story.Name} at version {step.Version}: taken from '{change.From}', but '{owner}' had it"));
                else if (IsRouted(change) && owner.Length > 0)
                    doubled.Add(string.Create(CultureInfo.InvariantCulture, $"{story.Name} at version {step.Version}: routed to {change.To} while {owner} had it"));
                if (IsRouted(change) && step.Decision?.Agent != change.To)
                    unexplained.Add(string.Create(CultureInfo.InvariantCulture, $"{story.Name} at version {step.Version}: routed to {change.To} without a decision that says so"));
                owner = change.To;
            }
        }

        return (doubled, unexplained);
    }

    public static bool IsRouted(AssigneeChanged change) =>
        change.Reason is AssigneeChangeReason.Routed or AssigneeChangeReason.Accepted;
}
