using Engine.Runtime.Signatures.Tests.Comparison;
using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Surface.Tests;

/// <summary>
/// Collects what assemblies name of the runtime: types and members that they refer to, and members that they implement or
/// override, for which metadata has no reference. Names that only generated code may use are no part of the API.
/// </summary>
internal sealed class SurfaceReader(ApiWorld runtime)
{
    private const string SupportNamespace = "Orleans.Runtime.Generated.";

    private readonly SortedDictionary<string, UsedType> _types = new(StringComparer.Ordinal);

    public IReadOnlyCollection<UsedType> Types => _types.Values;

    public void Add(string part, AssemblyApi assembly)
    {
        foreach (var (type, scope) in assembly.TypeScopes)
        {
            if (runtime.Reads(scope))
            {
                Use(part, type);
            }
        }

        foreach (var use in assembly.References.Where(use => runtime.Reads(use.Scope)))
        {
            Use(part, use.Type)?.Add(part, Display(use.Type, use.Member));
        }

        foreach (var type in assembly.Types.Values.Where(type => !type.Name.Contains('<')))
        {
            AddImplemented(part, type);
            AddOverridden(part, type);
        }
    }

    private void AddImplemented(string part, ApiType type)
    {
        foreach (var contract in type.Interfaces.Where(contract => contract.Scope is { } scope && runtime.Reads(scope)))
        {
            if (Use(part, contract.Name) is { } used && runtime.Find(contract.Name) is { } declared)
            {
                foreach (var method in declared.Methods.Where(method => method.IsAbstract && !IsInterface(type)))
                {
                    used.Add(part, Display(contract.Name, method), implemented: true);
                }
            }
        }
    }

    private void AddOverridden(string part, ApiType type)
    {
        if (type.Base is not { Scope: { } scope } parent || !runtime.Reads(scope) || runtime.Find(parent.Name) is not { } declared)
        {
            return;
        }

        var overrides = type.Members.Where(member => member.IsOverride).Select(member => member.Identity).ToHashSet();
        foreach (var (ancestor, _) in ((ApiType, IReadOnlyList<TypeNode>)[])[(declared, parent.Parts), .. runtime.Bases(declared)])
        {
            foreach (var member in ancestor.Members.Where(member => !member.IsOverride && overrides.Contains(member.Identity)))
            {
                Use(part, ancestor.Name)?.Add(part, member.Display, implemented: true);
            }
        }
    }

    private static bool IsInterface(ApiType type) => type.Facets.GetValueOrDefault("kind") == "interface";

    private UsedType? Use(string part, string name)
    {
        if (name.StartsWith(SupportNamespace, StringComparison.Ordinal))
        {
            return null;
        }

        if (!_types.TryGetValue(name, out var used))
        {
            used = _types[name] = new UsedType(name, Describe(name));
        }

        used.Add(part);
        return used;
    }

    private string Describe(string name)
    {
        var facets = runtime.FindVisible(name)?.Facets
            ?? throw new InvalidOperationException($"{name} is used, but it is no public type of the runtime.");
        var words = new[] { facets["modifiers"], facets["kind"] }.Where(word => word.Length > 0);
        return string.Join(' ', words);
    }

    /// <summary>The member as it is declared, with the names of its parameters.</summary>
    private string Display(string type, ApiMethod reference)
    {
        var identity = Identity(reference);
        return runtime.Find(type)?.Members.FirstOrDefault(member => member.Identity == identity)?.Display ?? reference.Signature;
    }

    private static string Identity(ApiMethod method)
    {
        if (method.IsField)
        {
            return $"field {method.Name}";
        }

        var underscore = method.Name.IndexOf('_', StringComparison.Ordinal);
        var name = method.Name[(underscore + 1)..];
        var parameters = method.Parameters.Select(parameter => parameter.Text).ToList();
        switch (underscore < 0 ? "" : method.Name[..underscore])
        {
            case "get":
                return Indexed(name, parameters);
            case "set":
                return Indexed(name, parameters[..^1]);
            case "add" or "remove":
                return $"event {name}";
            case "op":
                return $"{method.Name}({string.Join(", ", parameters)}) : {method.Returns.Text}";
            default:
                var arity = method.Arity == 0 ? "" : $"``{method.Arity}";
                return $"{method.Name}{arity}({string.Join(", ", parameters)})";
        }
    }

    private static string Indexed(string name, List<string> parameters) =>
        parameters.Count == 0 ? $"property {name}" : $"property {name}[{string.Join(", ", parameters)}]";
}
