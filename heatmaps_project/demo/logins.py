"""Who signs in to the demo, and by what: README.md tells everybody."""

from heatmaps_project.accounts.roles import Role

PASSWORD = "heatmaps-demo"  # of every demo login; production refuses it: check.py
CLIENT_ID, CLIENT_SECRET = "demo-crm", "demo-crm-secret"

# login, role, first and last name, language: one at least for every role
STAFF = (
    ("dispatcher", Role.DISPATCHER, "Ольга", "Смирнова", "ru"),
    ("engineer", Role.ENGINEER, "Игорь", "Кузнецов", "ru"),
    ("engineer2", Role.ENGINEER, "Павел", "Лебедев", "ru"),
    ("agent", Role.AGENT, "Мария", "Соколова", "ru"),
    ("agent2", Role.AGENT, "Денис", "Орлов", "ru"),
    ("agent3", Role.AGENT, "Юлия", "Фёдорова", "ru"),
    ("supervisor", Role.SUPERVISOR, "Елена", "Морозова", "ru"),
    ("planner", Role.PLANNER, "Андрей", "Волков", "ru"),
    ("admin", Role.ADMINISTRATOR, "Анна", "Попова", "ru"),
)
