using Engine.V1;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Engine.Api.Reflection;

/// <summary>The server's schema by file and by symbol, from the generated code. Built once.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex()
    {
        foreach (var service in Services) Add(service.File);
        // Errors travel as these, in trailers rather than in any method's signature.
        Add(Google.Rpc.ErrorDetailsReflection.Descriptor);
        Add(Google.Rpc.StatusReflection.Descriptor);
    }

    /// <summary>All services of the server.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        ConversationService.Descriptor,
        CustomerService.Descriptor,
        AgentService.Descriptor,
        QueueService.Descriptor,
        SlaService.Descriptor,
        ClusterService.Descriptor,
        InboundService.Descriptor,
        EventService.Descriptor,
        WorkspaceService.Descriptor,
        Grpc.Health.V1.Health.Descriptor,
        ServerReflection.Descriptor,
    ];

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    /// <summary>The file that declares a message, field, oneof, enum, enum value, service, method or extension.</summary>
    public FileDescriptor? FindSymbol(string fullName) => _symbols.GetValueOrDefault(fullName.TrimStart('.'));

    public FileDescriptor? FindExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>The numbers of all extensions of a message; null when there is no such message.</summary>
    public IEnumerable<int>? ExtensionsOf(string type) =>
        _extensions.TryGetValue(type, out var numbers) ? numbers.Keys
        : FindSymbol(type)?.FindTypeByName<MessageDescriptor>(NameWithin(type)) is not null ? []
        : null;

    /// <summary>A file and everything it imports, itself first.</summary>
    public static IReadOnlyList<FileDescriptor> WithImports(FileDescriptor file)
    {
        var files = new List<FileDescriptor> { file };
        for (var i = 0; i < files.Count; i++)
        {
            foreach (var import in files[i].Dependencies)
            {
                if (!files.Contains(import)) files.Add(import);
            }
        }

        return files;
    }

    private string NameWithin(string type)
    {
        var package = FindSymbol(type)!.Package;
        return package.Length == 0 ? type : type[(package.Length + 1)..];
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file)) return;
        foreach (var message in file.MessageTypes) Add(message);
        foreach (var type in file.EnumTypes) Add(type);
        foreach (var extension in file.Extensions.UnorderedExtensions) Add(extension);
        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods) _symbols[method.FullName] = file;
        }

        foreach (var import in file.Dependencies) Add(import);
    }

    private void Add(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (var field in message.Fields.InDeclarationOrder()) _symbols[field.FullName] = message.File;
        foreach (var oneof in message.Oneofs) _symbols[oneof.FullName] = message.File;
        foreach (var type in message.EnumTypes) Add(type);
        foreach (var nested in message.NestedTypes) Add(nested);
        foreach (var extension in message.Extensions.UnorderedExtensions) Add(extension);
    }

    private void Add(EnumDescriptor type)
    {
        _symbols[type.FullName] = type.File;
        // A value's scope is that of its enum, as in C++.
        var scope = type.FullName[..(type.FullName.LastIndexOf('.') + 1)];
        foreach (var value in type.Values) _symbols[scope + value.Name] = type.File;
    }

    private void Add(FieldDescriptor extension)
    {
        _symbols[extension.FullName] = extension.File;
        var type = extension.ExtendeeType.FullName;
        if (!_extensions.TryGetValue(type, out var numbers)) _extensions[type] = numbers = [];
        numbers[extension.FieldNumber] = extension.File;
    }
}
