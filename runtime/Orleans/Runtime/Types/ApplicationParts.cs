using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Types;

/// <summary>
/// Finds the assemblies with grains: those loaded, those they refer to, and those that an
/// <see cref="ApplicationPartAttribute"/> names, since a compiler drops references nothing uses.
/// </summary>
internal static class ApplicationParts
{
    private static readonly string[] Foreign =
        ["System", "Microsoft", "netstandard", "mscorlib", "WindowsBase", "Google.Protobuf", "xunit", "testhost", "Npgsql"];

    private static readonly ConcurrentDictionary<Assembly, IGrainAssemblyManifest?> Manifests = new();
    private static readonly Lock Gate = new();
    private static GrainManifestBuilder? LastResult;
    private static int LastAssemblyCount;

    public static GrainManifestBuilder Collect()
    {
        lock (Gate)
        {
            if (LastResult is not null && AppDomain.CurrentDomain.GetAssemblies().Length == LastAssemblyCount)
                return LastResult;
            var builder = new GrainManifestBuilder();
            foreach (var assembly in Find())
                Manifests.GetOrAdd(assembly, ReadManifest)?.Populate(builder);
            LastAssemblyCount = AppDomain.CurrentDomain.GetAssemblies().Length;
            return LastResult = builder;
        }
    }

    private static List<Assembly> Find()
    {
        var found = new List<Assembly>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => !assembly.IsDynamic));
        while (open.TryPop(out var assembly))
        {
            if (assembly.GetName().Name is not { } name || IsForeign(name) || !seen.Add(name))
                continue;
            found.Add(assembly);
            var names = assembly.GetReferencedAssemblies().Select(static reference => reference.Name!)
                .Concat(assembly.GetCustomAttributes<ApplicationPartAttribute>().Select(static part => part.AssemblyName));
            foreach (var reference in names.Where(reference => !IsForeign(reference) && !seen.Contains(reference)))
            {
                if (TryLoad(reference) is { } referenced)
                    open.Push(referenced);
            }
        }

        return found;
    }

    private static Assembly? TryLoad(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }

    private static bool IsForeign(string name) => Foreign.Any(prefix =>
        name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        && (name.Length == prefix.Length || name[prefix.Length] == '.'));

    private static IGrainAssemblyManifest? ReadManifest(Assembly assembly) =>
        assembly.GetCustomAttribute<GrainAssemblyAttribute>() is { } attribute
            ? (IGrainAssemblyManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!
            : null;
}
