using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>
/// Source that compiles against our runtime has to compile against the official packages, and mean the same. So what we
/// offer must be a part of what they offer: every type and member of ours exists there, and agrees in everything that
/// a caller, an implementer or a deriving class sees. What we leave out is no difference; it is counted.
/// </summary>
internal sealed class TypeComparison(ApiWorld ours, ApiWorld official)
{
    public Outcome Run()
    {
        var outcome = new Outcome();
        foreach (var type in ours.Visible)
        {
            switch (official.Find(type.Name))
            {
                case { IsVisible: true } counterpart:
                    Compare(type, counterpart, outcome);
                    break;
                case { }:
                    outcome.Add(type.Name, "access", "public", "internal");
                    break;
            }
        }

        return outcome;
    }

    private void Compare(ApiType our, ApiType their, Outcome outcome)
    {
        outcome.TypesCompared++;
        outcome.AddFacets(our.Name, our.Facets, their.Facets);
        CompareBase(our, their, outcome);
        CompareInterfaces(our, their, outcome);

        var theirMembers = their.Members.ToDictionary(member => member.Identity);
        foreach (var member in our.Members)
        {
            var subject = $"{our.Name}.{member.Identity}";
            if (theirMembers.TryGetValue(member.Identity, out var counterpart))
            {
                outcome.MembersCompared++;
                outcome.AddFacets(subject, member.Facets, counterpart.Facets);
                outcome.AddNullability(subject, member, counterpart, null);
            }
            else if (!member.IsOverride && !IsInherited(their, member))
            {
                var overloads = their.Members.Where(other => other.Name == member.Name).Select(other => other.Display);
                outcome.Add(subject, "member", member.Display, string.Join("; ", overloads));
            }
        }

        var ourMembers = our.Members.Select(member => member.Identity).ToHashSet();
        foreach (var member in their.Members.Where(member => !ourMembers.Contains(member.Identity) && !member.IsOverride))
        {
            outcome.AddNotOffered(our.Name, member.Display);
            if (member.Facets.Values.Any(value => value.Split(' ').Contains("abstract")))
            {
                outcome.ToImplement.Add($"{our.Name}.{member.Display}");
            }
        }
    }

    private bool IsInherited(ApiType their, ApiMember member) =>
        official.Bases(their).Any(parent => parent.Type.Members.Any(other => other.Identity == member.Identity));

    private void CompareBase(ApiType our, ApiType their, Outcome outcome)
    {
        var ourBase = VisibleBase(ours, our);
        var theirBase = VisibleBase(official, their);
        if (ourBase == theirBase)
        {
            return;
        }

        // We may leave out a class between; we may not put another in its place.
        var next = theirBase;
        while (next is not null && !Offered(next) && official.Find(NameOf(next)) is { } skipped)
        {
            next = VisibleBase(official, skipped);
        }

        if (ourBase != next)
        {
            outcome.Add(our.Name, "base type", ourBase, theirBase);
        }
    }

    private bool Offered(string type) =>
        ours.FindVisible(NameOf(type)) is not null || type.StartsWith("System.", StringComparison.Ordinal);

    private static string NameOf(string type) => type.Split('<')[0];

    private static string? VisibleBase(ApiWorld world, ApiType type)
    {
        var next = type.Base;
        while (next is not null && world.Find(next.Name) is { IsVisible: false } hidden)
        {
            next = hidden.Base?.Substitute(next.Parts);
        }

        return next?.Text;
    }

    private void CompareInterfaces(ApiType our, ApiType their, Outcome outcome)
    {
        var theirs = Interfaces(official, their).ToHashSet();
        foreach (var missing in Interfaces(ours, our).Where(text => !theirs.Contains(text)))
        {
            outcome.Add(our.Name, $"interface {missing}", missing, null);
        }
    }

    // Interfaces of interfaces, too: where the official assembly says only the nearest, ours completes it.
    private HashSet<string> Interfaces(ApiWorld world, ApiType type)
    {
        var found = new HashSet<string>();
        var open = new Queue<TypeNode>(type.Interfaces);
        foreach (var (parent, arguments) in world.Bases(type))
        {
            foreach (var inherited in parent.Interfaces)
            {
                open.Enqueue(inherited.Substitute(arguments));
            }
        }

        while (open.TryDequeue(out var next))
        {
            var definition = world.Find(next.Name) ?? ours.Find(next.Name);
            if (definition is not { IsVisible: false })
            {
                found.Add(next.Text);
            }

            foreach (var inherited in definition?.Interfaces ?? [])
            {
                open.Enqueue(inherited.Substitute(next.Parts));
            }
        }

        return found;
    }
}
