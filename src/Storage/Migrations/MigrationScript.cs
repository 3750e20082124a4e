namespace Engine.Storage.Migrations;

/// <summary>One step of a schema: forward only, never changed once released.</summary>
/// <param name="Number">1, 2, 3 ... without gaps.</param>
/// <param name="Name">As in the file's name, for people.</param>
/// <param name="Sql">Statements for the backend it was written for.</param>
internal sealed record MigrationScript(int Number, string Name, string Sql);
