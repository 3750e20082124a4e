using System.Security.Cryptography;
using Engine.Grains.Keys;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary>
/// Finds the master key, or makes one for a store that is still empty. A second key beside existing data would look like a
/// fresh start and be the loss of everything, so where data exists a missing key is an error and never replaced.
/// </summary>
internal static class MasterKeySource
{
    public const string FileName = "master.key";

    /// <summary>The key, its file when it has one, and whether it was made now.</summary>
    /// <param name="place">Where data would be, for people.</param>
    /// <param name="hasData">Whether there is any: then nothing but the key it was written with will do.</param>
    /// <exception cref="StartException">Missing, unreadable, open to others, or not a key.</exception>
    public static (MasterKey Key, string? File, bool Created) Open(EngineOptions options, string place, bool hasData)
    {
        if (options.MasterKey.Length > 0)
            return (new MasterKey(Convert.FromBase64String(options.MasterKey)), null, false);

        var file = Path.GetFullPath(
            options.MasterKeyFile.Length > 0 ? options.MasterKeyFile : Path.Combine(options.DataDirectory, FileName));
        if (File.Exists(file))
            return (Read(file), file, false);
        if (options.MasterKeyFile.Length > 0)
        {
            throw new StartException($"The master key file {file} does not exist. Make one with: "
                + $"(umask 077; head -c {MasterKey.LengthBytes} /dev/urandom | base64 > {file})");
        }

        if (hasData)
        {
            throw new StartException($"{file} is missing, but {place} holds data, which nobody "
                + "can read without it. Put the key back from your copy, or name it with --master-key-file or ENGINE_MASTER_KEY.");
        }

        var key = RandomNumberGenerator.GetBytes(MasterKey.LengthBytes);
        try
        {
            PrivateFile.Write(file, Convert.ToBase64String(key) + "\n", replace: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process started on the same empty folder at the same moment; there must be one key only.
            return (Read(file), file, false);
        }

        return (new MasterKey(key), file, true);
    }

    private static MasterKey Read(string file)
    {
        if (PrivateFile.IsOpenToOthers(file))
            throw new StartException($"The master key {file} can be read by others. Run: chmod 600 {file}");
        try
        {
            var key = Convert.FromBase64String(File.ReadAllText(file).Trim());
            if (key.Length == MasterKey.LengthBytes)
                return new MasterKey(key);
        }
        catch (FormatException)
        {
            // Said below, together with the wrong length.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The master key {file} cannot be read: {fault.Message}");
        }

        throw new StartException($"The master key {file} must hold {MasterKey.LengthBytes} bytes in base64.");
    }
}
