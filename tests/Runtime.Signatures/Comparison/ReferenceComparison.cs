using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>
/// The assemblies that cannot be had leave their shape in those that can: a call into Grpc.Core.Api names the member with
/// its exact signature, an implementation of a reminder table has the methods of the interface. So whatever the readable
/// assemblies use of the missing ones, and we offer, must be there with the same signature.
/// </summary>
internal sealed class ReferenceComparison(ApiWorld ours, ApiWorld official)
{
    public Outcome Run()
    {
        var outcome = new Outcome();
        var types = new HashSet<string>();
        foreach (var assembly in official.Assemblies)
        {
            foreach (var name in Missing(assembly.TypeScopes))
            {
                if (ours.FindVisible(name) is not null)
                {
                    types.Add(name);
                }
            }
        }

        outcome.TypesCompared = types.Count;
        CompareMembers(outcome);
        CompareKinds(outcome);
        CompareImplementations(outcome);
        return outcome;
    }

    private IEnumerable<string> Missing(IReadOnlyDictionary<string, string> scopes) =>
        scopes.Where(scope => !official.Reads(scope.Value)).Select(scope => scope.Key);

    private void CompareMembers(Outcome outcome)
    {
        var uses = official.Assemblies
            .SelectMany(assembly => assembly.References)
            .Where(use => !official.Reads(use.Scope))
            .DistinctBy(use => (use.Type, use.Member.Signature))
            .ToLookup(use => use.Type);
        foreach (var use in uses.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (ours.FindVisible(use.Key) is not { } type)
            {
                continue;
            }

            var known = use.Select(reference => reference.Member.Signature).ToHashSet();
            foreach (var reference in use.Select(reference => reference.Member))
            {
                var candidates = Visible(type).ToList();
                if (candidates.Any(method => method.Signature == reference.Signature))
                {
                    outcome.MembersCompared++;
                    continue;
                }

                // Another overload that is itself confirmed is not the one that is meant.
                var alike = candidates.FirstOrDefault(method =>
                    method.Name == reference.Name
                    && method.Arity == reference.Arity
                    && method.Parameters.Count == reference.Parameters.Count
                    && !known.Contains(method.Signature)
                    && CouldBeMeant(method, reference));
                if (alike is null)
                {
                    outcome.AddNotOffered(use.Key, reference.Signature);
                }
                else
                {
                    outcome.Add($"{use.Key}.{alike.Name}", "referenced signature", alike.Signature, reference.Signature);
                }
            }
        }
    }

    // Constructors share one name, so only those that also share a parameter are taken for the same.
    private static bool CouldBeMeant(ApiMethod ours, ApiMethod reference) =>
        ours.Name != ".ctor"
        || ours.Parameters.Zip(reference.Parameters).Any(pair => pair.First.Text == pair.Second.Text);

    private IEnumerable<ApiMethod> Visible(ApiType type)
    {
        var inherited = ours.Bases(type).SelectMany(parent => parent.Type.Methods.Select(method => method with
        {
            Returns = method.Returns.Substitute(parent.Arguments),
            Parameters = [.. method.Parameters.Select(parameter => parameter.Substitute(parent.Arguments))],
        }));
        return type.Methods.Concat(inherited).Where(method => method.IsVisible);
    }

    private void CompareKinds(Outcome outcome)
    {
        var mentioned = official.Assemblies
            .SelectMany(assembly => assembly.References.Select(use => use.Member)
                .Concat(assembly.Types.Values.SelectMany(type => type.Methods)))
            .SelectMany(method => method.Parameters.Append(method.Returns))
            .SelectMany(type => type.Walk())
            .Where(type => type is { Shape: TypeShape.Named, Scope: { } scope } && !official.Reads(scope))
            .DistinctBy(type => type.Name);
        foreach (var type in mentioned)
        {
            if (ours.FindVisible(type.Name) is { } our)
            {
                outcome.Add(type.Name, "kind", Kind(our.IsValueType), Kind(type.IsValueType));
            }
        }
    }

    private static string Kind(bool isValueType) => isValueType ? "value type" : "reference type";

    private void CompareImplementations(Outcome outcome)
    {
        foreach (var type in official.Assemblies.SelectMany(assembly => assembly.Types.Values))
        {
            foreach (var face in type.Interfaces.Where(face => face.Scope is { } scope && !official.Reads(scope)))
            {
                if (ours.FindVisible(face.Name) is not { } our || !IsComplete(type))
                {
                    continue;
                }

                var available = official.Bases(type).Select(parent => parent.Type).Prepend(type)
                    .SelectMany(declaring => declaring.Methods)
                    .ToList();
                foreach (var method in our.Methods.Where(method => method.IsAbstract))
                {
                    var wanted = method.Describe(face.Parts);
                    if (available.Any(other => Implements(other, method.Name, wanted)))
                    {
                        outcome.MembersCompared++;
                    }
                    else
                    {
                        outcome.Add($"{face.Name}.{method.Name}", "implementation", wanted, $"none in {type.Name}");
                    }
                }
            }
        }
    }

    // Otherwise the implementation may stand in a base class that cannot be read.
    private bool IsComplete(ApiType type)
    {
        if (type.Facets["kind"] == "interface" || type.Facets["modifiers"] == "abstract")
        {
            return false;
        }

        var last = official.Bases(type).Select(parent => parent.Type).LastOrDefault(type).Base;
        return last is null || last.Name == "System.Object";
    }

    private static bool Implements(ApiMethod method, string name, string wanted) =>
        (method.Name == name || method.Name.EndsWith("." + name, StringComparison.Ordinal))
        && (method with { Name = name }).Signature == wanted;
}
