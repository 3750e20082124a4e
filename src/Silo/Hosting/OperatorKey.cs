using System.Buffers.Text;
using Engine.Grains.Keys;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary>
/// The key of ClusterService. What a cluster does is nobody's tenant data and every tenant's concern, so no workspace's key
/// opens it. It is derived from the master key, so that every process of a cluster knows the same one and nothing is stored;
/// setting another one, in all processes, is how it is changed.
/// </summary>
internal static class OperatorKey
{
    public const string FileName = "operator.key";
    private const string Prefix = "eo_";

    public static string Of(EngineOptions options, MasterKey master) =>
        options.OperatorKey.Length > 0 ? options.OperatorKey : Prefix + Base64Url.EncodeToString(master.Derive("operator-key"));

    /// <summary>Writes the file at the first start in a data directory. A file taken away later stays away.</summary>
    public static void WriteFile(EngineOptions options, string key, bool isFirst)
    {
        var file = Path.Combine(options.DataDirectory, FileName);
        if (options.OperatorKey.Length == 0 && (isFirst || options.WriteAdminKey) && (options.WriteAdminKey || !File.Exists(file)))
            PrivateFile.Write(file, key + "\n", replace: true);
    }
}
